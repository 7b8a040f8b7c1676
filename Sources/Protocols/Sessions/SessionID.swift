/// A session's number. The console's is 0; the numbers of listeners, from 65,536 up, lie outside those given to users.
public struct SessionID: RawRepresentable, Hashable, Codable, Sendable, Comparable, CustomStringConvertible {
    public let rawValue: UInt32
    public init(rawValue: UInt32) { self.rawValue = rawValue }

    public static let console = SessionID(rawValue: 0)
    public static let firstListener = SessionID(rawValue: 65_536)

    public var description: String { String(rawValue) }

    public static func < (a: SessionID, b: SessionID) -> Bool { a.rawValue < b.rawValue }
}
