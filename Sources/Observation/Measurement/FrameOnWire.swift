import NBF
import Wire

extension UDPDatagram {
    /// An 802.3 frame of NetBEUI on the wire itself, as the datagram that would carry it: from and to the IPv4 addresses that
    /// its stations have theirs from, and without ports. Its length is the whole frame's.
    ///
    /// Nil for any other frame, and for one to a group of stations.
    init?(frame: UnsafeRawBufferPointer, length: Int) {
        // Beyond the capture's snapshot is data, whose bytes do not matter.
        let bytes = [UInt8](frame) + [UInt8](repeating: 0, count: max(0, length - frame.count))
        guard let llc = try? LLCFrame(decoding: bytes.span.bytes), let source = llc.source.workstation,
            let destination = llc.destination.workstation
        else { return nil }
        self.source = source
        self.destination = destination
        (sourcePort, destinationPort) = (0, 0)
        (ipLength, payloadLength) = (length, length)
        payload = frame
    }
}
