/// Why a run of bytes is not the field it should be.
public enum WireError: Error, Equatable, Sendable {
    /// The input ended inside a field.
    case truncated(needed: Int, available: Int)
    /// A field holds a value that its specification does not allow.
    case invalid(field: StaticText, value: UInt64)
    /// Bytes were left over where the field should have ended.
    case trailing(Int)
}

/// A field's name, fixed at compile time, so that making an error allocates nothing.
public struct StaticText: Equatable, Sendable, ExpressibleByStringLiteral, CustomStringConvertible {
    let text: StaticString

    public init(stringLiteral text: StaticString) { self.text = text }

    public var description: String { text.description }

    public static func == (a: StaticText, b: StaticText) -> Bool { a.description == b.description }
}

extension WireError: CustomStringConvertible {
    public var description: String {
        switch self {
        case .truncated(let needed, let available): "ends early: \(needed) bytes needed, \(available) left"
        case .invalid(let field, let value): "\(field) may not be 0x\(String(value, radix: 16))"
        case .trailing(let count): "\(count) bytes too many"
        }
    }
}
