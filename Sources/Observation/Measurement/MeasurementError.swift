/// A capture file that cannot be measured.
public enum MeasurementError: Error, Equatable, CustomStringConvertible {
    /// libpcap cannot open or read it; `message` is its own.
    case unreadable(file: String, message: String)
    /// Its link type is neither Ethernet (1, LINKTYPE_ETHERNET) nor IP without anything before it (101, LINKTYPE_RAW).
    case notEthernet(file: String, linkType: Int32)

    public var description: String {
        switch self {
        case .unreadable(let file, let message):
            "cannot read the capture \(file): \(message); check that it is a pcap or pcapng file that was closed properly"
        case .notEthernet(let file, let linkType):
            "the capture \(file) has link type \(linkType): capture on an Ethernet, veth or TUN interface, not on lo or any"
        }
    }
}
