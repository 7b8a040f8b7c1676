import Glibc

/// Netlink messages one behind the other, as one recv(2) gave them (netlink(7)).
struct DiagMessages: Sequence, IteratorProtocol {
    struct Message {
        let type: UInt16
        let sequence: UInt32
        let payload: UnsafeRawBufferPointer
    }

    /// Of `struct nlmsghdr`.
    static let headerLength = 16
    /// NLMSG_ERROR, NLMSG_DONE.
    static let error: UInt16 = 2
    static let done: UInt16 = 3

    private var rest: UnsafeRawBufferPointer

    init(_ bytes: UnsafeRawBufferPointer) { rest = bytes }

    mutating func next() -> Message? {
        guard rest.count >= Self.headerLength else { return nil }
        let length = Int(rest.loadUnaligned(as: UInt32.self))
        guard length >= Self.headerLength, length <= rest.count else { return nil }
        let message = Message(
            type: rest.loadUnaligned(fromByteOffset: 4, as: UInt16.self),
            sequence: rest.loadUnaligned(fromByteOffset: 8, as: UInt32.self),
            payload: UnsafeRawBufferPointer(rebasing: rest[Self.headerLength..<length]))
        rest = UnsafeRawBufferPointer(rebasing: rest[Swift.min(rest.count, (length + 3) & ~3)...])
        return message
    }
}
