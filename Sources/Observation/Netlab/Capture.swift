import Glibc

/// A running dumpcap(1) on the server's end of the lab's network.
public final class Capture {
    /// What dumpcap says of itself at its end.
    public struct Counts: Equatable, Sendable {
        /// Packets in the file.
        public var captured: Int
        /// Packets that went by and are not in the file: the kernel's ring or dumpcap's queue was full. Anything above
        /// 0 makes every count taken from the file a lower bound.
        public var dropped: Int

        public init(captured: Int, dropped: Int) {
            self.captured = captured
            self.dropped = dropped
        }
    }

    /// Bytes kept of each packet: Ethernet, IP and TCP headers with options take at most 134, the rest is for telling
    /// one PDU from another.
    public static let snapshotLength = 256
    /// MiB of ring in the kernel, which must hold what comes while dumpcap is not on a processor.
    public static let ringMebibytes = 64
    /// How long dumpcap may take to begin, in milliseconds.
    private static let startLimit = 10_000

    /// The pcapng file.
    public let file: String
    private let child: ChildProcess
    private let output: UnnamedFile

    /// Starts dumpcap in the server's namespace and returns once it captures.
    ///
    /// - Parameters:
    ///   - file: where to write; an old file is replaced.
    ///   - interface: one of the server's.
    ///   - ringMebibytes: of the kernel's memory; a slow line needs little.
    /// - Throws: ``NetlabError/program(command:message:)`` with what dumpcap said.
    public init(
        in network: PrivateNetwork, to file: String, interface: String = PrivateNetwork.serverInterface,
        ringMebibytes: Int = Capture.ringMebibytes
    ) throws(NetlabError) {
        self.file = file
        output = try UnnamedFile()
        let input = try UnnamedFile()
        let (program, arguments) = network.command(
            in: .server, Command.find("dumpcap") ?? "dumpcap",
            [
                "-q", "-i", interface, "-s", "\(Self.snapshotLength)", "-B",
                "\(ringMebibytes)", "-w", file,
            ])
        // ip-netns(8) becomes the program it executes, so that this child is dumpcap itself.
        child = try ChildProcess(
            program, arguments, input: input.descriptor, output: output.descriptor, error: output.descriptor)
        // dumpcap names its file once the interface is open and the filter set; from then on the ring fills.
        for _ in 0..<Self.startLimit {
            if output.text.contains("File: ") { return }
            if child.poll() != nil { break }
            usleep(1_000)
        }
        child.end(SIGKILL)
        throw NetlabError.program(command: "dumpcap -i \(interface) -w \(file)", message: output.text)
    }

    deinit {
        child.end(SIGINT)
    }

    /// Ends the capture, with everything that came up to now in the file.
    ///
    /// - Throws: ``NetlabError/program(command:message:)`` where dumpcap ended badly or did not say its counts.
    public func stop() throws(NetlabError) -> Counts {
        // The ring is read in blocks that the kernel hands over after a while (libpcap's to_ms, 250 ms in dumpcap).
        usleep(300_000)
        let code = child.end(SIGINT)
        guard code == 0, let counts = Counts(summary: output.text) else {
            throw NetlabError.program(command: "dumpcap -w \(file)", message: output.text)
        }
        return counts
    }
}

extension Capture.Counts {
    /// Reads dumpcap's last lines: `Packets received/dropped on interface 'tslab0': 12/0 (pcap:0/dumpcap:0/…)`.
    init?(summary text: String) {
        let lines = text.split(whereSeparator: \.isNewline)
        guard let line = lines.last(where: { $0.hasPrefix("Packets received/dropped on interface") }),
            let quote = line.lastIndex(of: "'")
        else { return nil }
        let numbers = line[quote...].dropFirst(2).drop { $0 == " " }.prefix { $0.isNumber || $0 == "/" }
            .split(separator: "/").compactMap { Int($0) }
        guard numbers.count == 2 else { return nil }
        self.init(captured: numbers[0], dropped: numbers[1])
    }
}
