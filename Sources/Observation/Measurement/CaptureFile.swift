import CPcap
import Glibc

/// The packets of a pcap or pcapng file, by libpcap.
struct CaptureFile: ~Copyable {
    private let handle: OpaquePointer
    private let name: String
    /// Bytes before each packet's IP header: Ethernet's, or none.
    let linkHeaderLength: Int

    /// - Throws: where there is no such file, it is not a capture, or one of another link type than Ethernet and raw IP.
    init(_ name: String) throws(MeasurementError) {
        var message = [CChar](repeating: 0, count: Int(PCAP_ERRBUF_SIZE))
        guard
            let handle = pcap_open_offline_with_tstamp_precision(name, UInt32(PCAP_TSTAMP_PRECISION_NANO), &message)
        else {
            let text = message.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }
            throw MeasurementError.unreadable(file: name, message: String(decoding: text, as: UTF8.self))
        }
        let linkType = pcap_datalink(handle)
        switch linkType {
        case DLT_EN10MB: linkHeaderLength = TCPSegment.ethernetHeaderLength
        case DLT_RAW: linkHeaderLength = 0
        default:
            pcap_close(handle)
            throw MeasurementError.notEthernet(file: name, linkType: linkType)
        }
        self.handle = handle
        self.name = name
    }

    deinit { pcap_close(handle) }

    /// Hands each packet's captured bytes, valid until `body` returns, with its time in nanoseconds since 1970 and its
    /// length on the wire.
    func forEach(_ body: (UnsafeRawBufferPointer, _ time: Int64, _ length: Int) -> Void) throws(MeasurementError) {
        var header: UnsafeMutablePointer<pcap_pkthdr>?
        var bytes: UnsafePointer<UInt8>?
        while true {
            switch pcap_next_ex(handle, &header, &bytes) {
            case 1:
                guard let header = header?.pointee, let bytes else { continue }
                // With nanosecond precision libpcap puts nanoseconds into tv_usec.
                body(
                    UnsafeRawBufferPointer(start: bytes, count: Int(header.caplen)),
                    Int64(header.ts.tv_sec) * 1_000_000_000 + Int64(header.ts.tv_usec), Int(header.len))
            case PCAP_ERROR_BREAK: return
            default: throw MeasurementError.unreadable(file: name, message: String(cString: pcap_geterr(handle)))
            }
        }
    }
}
