import Glibc

/// What this program and its guardian say to each other: one message, one kind of thing (unix(7), SOCK_SEQPACKET).
enum GuardianMessage {
    /// Behind it: records of sockets whose options are about to be changed. Answered, once they are kept, by one byte.
    static let hold: UInt8 = 1
    /// Behind it: cookies of sockets whose options are back.
    static let release: UInt8 = 2
    /// Of either in one message.
    static let most = 250
    static let longest = 8 + most * MemoryLayout<GuardRecord>.stride

    /// The kind takes eight bytes, so that what follows is aligned.
    static func bytes<Element: BitwiseCopyable>(_ kind: UInt8, _ elements: [Element]) -> [UInt8] {
        [kind, 0, 0, 0, 0, 0, 0, 0] + elements.withUnsafeBytes { [UInt8]($0) }
    }

    static func elements<Element: BitwiseCopyable>(_ type: Element.Type, _ bytes: UnsafeRawBufferPointer) -> [Element] {
        let count = max(0, bytes.count - 8) / MemoryLayout<Element>.stride
        return (0..<count).map { bytes.loadUnaligned(fromByteOffset: 8 + $0 * MemoryLayout<Element>.stride, as: type) }
    }
}
