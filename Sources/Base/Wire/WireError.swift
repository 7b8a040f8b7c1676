/// Why a run of bytes is not the field it should be.
public enum WireError: Error, Equatable, Sendable {
    /// The input ended inside a field; empty where its reader did not name it.
    case truncated(field: StaticText = "", needed: Int, available: Int)
    /// A field holds a value that its specification does not allow.
    case invalid(field: StaticText, value: UInt64)
    /// Bytes were left over where the field should have ended.
    case trailing(field: StaticText = "", Int)
}

/// A field's name, fixed at compile time, so that making an error allocates nothing.
///
/// Only where the literal begins is kept: it lies in the program, for ever and unchanged, and ends with a zero.
public struct StaticText: Equatable, @unchecked Sendable, ExpressibleByStringLiteral, CustomStringConvertible {
    private let start: UnsafePointer<UInt8>

    public init(stringLiteral text: StaticString) { start = text.utf8Start }

    public var description: String { String(cString: start) }

    /// For a sentence about the field to go on with.
    fileprivate var behindIt: String { start.pointee == 0 ? "" : "\(description) " }

    public static func == (a: StaticText, b: StaticText) -> Bool { a.description == b.description }
}

extension WireError: CustomStringConvertible {
    public var description: String {
        switch self {
        case .truncated(let field, let needed, let available):
            "\(field.behindIt)ends early: \(needed) bytes needed, \(available) left"
        case .invalid(let field, let value): "\(field) may not be 0x\(String(value, radix: 16))"
        case .trailing(let field, let count): "\(field.behindIt)\(count) bytes too many"
        }
    }
}
