import Ghosts
import Glibc

/// One request to sock_diag(7): `struct nlmsghdr` and `struct inet_diag_req_v2`.
enum DiagRequest {
    static let length = 72
    /// SOCK_DIAG_BY_FAMILY and SOCK_DESTROY (linux/sock_diag.h).
    static let byFamily: UInt16 = 20
    static let destroy: UInt16 = 21
    /// NLM_F_REQUEST, NLM_F_ACK, NLM_F_DUMP.
    static let request: UInt16 = 1
    static let acknowledge: UInt16 = 4
    static let dump: UInt16 = 0x300
    /// What is asked for beside the message itself: the bit of INET_DIAG_INFO.
    private static let wantsInfo: UInt8 = 1 << 1

    /// - Parameters:
    ///   - states: a bit for each state, by its number.
    ///   - id: which socket; nil for all of the family.
    static func write(
        _ type: UInt16, flags: UInt16, sequence: UInt32, family: UInt8, states: UInt32, id: DiagID? = nil,
        to bytes: UnsafeMutableRawBufferPointer
    ) {
        precondition(bytes.count >= length)
        for index in 0..<length { bytes[index] = 0 }
        func put<T: FixedWidthInteger & BitwiseCopyable>(_ value: T, _ offset: Int) {
            bytes.storeBytes(of: value, toByteOffset: offset, as: T.self)
        }
        put(UInt32(length), 0)
        put(type, 4)
        put(flags | request, 6)
        put(sequence, 8)
        bytes[16] = family
        bytes[17] = UInt8(IPPROTO_TCP)
        bytes[18] = wantsInfo
        put(states, 20)
        guard let id else { return }
        put(id.localPort.bigEndian, 24)
        put(id.peerPort.bigEndian, 26)
        put(id.localHigh.bigEndian, 28)
        put(id.localLow.bigEndian, 36)
        put(id.peerHigh.bigEndian, 44)
        put(id.peerLow.bigEndian, 52)
        put(id.interface, 60)
        put(UInt32(truncatingIfNeeded: id.cookie), 64)
        put(UInt32(truncatingIfNeeded: id.cookie >> 32), 68)
    }
}
