import Foundation
import ProgramTestSupport
import TemporaryTestSupport

/// A whole session between tsserver and tsclient in a network of its own, captured, and what tshark makes of it.
struct AnalysedSession {
    let directory: URL
    /// What the programs said.
    let said: String

    static let tools = ["unshare", "ip", "dumpcap", "tshark", "text2pcap"].map { "/usr/bin/" + $0 }

    /// What the user does: all that a session is made of.
    private static let script = "type hello; wait 2500ms; minimise; wait 300ms; restore; wait 500ms; disconnect"

    /// tsserver and tsclient.
    ///
    /// - Parameters:
    ///   - server: tsserver's options.
    ///   - client: tsclient's.
    init(server: String, client: String) throws {
        try self.init(serverCommand: Self.tsserver(server), clientCommand: Self.tsclient(client))
    }

    static func tsserver(_ options: String) -> String {
        "'\(Programs.path("tsserver"))' --listen 127.0.0.1:3389 --liveness heartbeat:interval=1s,misses=5 "
            + "--state-directory . \(options)"
    }

    static func tsclient(_ options: String) -> String {
        "'\(Programs.path("tsclient"))' 127.0.0.1:3389 --user anna \(options) --script '\(script)'"
    }

    /// - Parameters:
    ///   - serverCommand: for sh(1); it is to listen at port 3389.
    ///   - clientCommand: the same; the session ends with it.
    init(serverCommand: String, clientCommand: String) throws {
        directory = try Temporary.directory()
        // As tslab does it: root needs no user namespace and may not be given one; everybody else does.
        let outcome = try Programs.run(
            "/usr/bin/unshare",
            (geteuid() == 0 ? [] : ["--user", "--map-root-user"]) + [
                "--net", "--pid", "--fork", "--kill-child", "--mount-proc", "sh", "-c",
                """
                cd '\(directory.path)'
                ip link set lo up
                dumpcap -q -i lo -f 'tcp port 3389' -w wire.pcapng 2>dumpcap.log & capture=$!
                { \(serverCommand); } >server.log 2>&1 &
                for i in $(seq 100); do
                    grep -q 'File: ' dumpcap.log && ss -Hltn 'sport = :3389' | grep -q . && break
                    sleep 0.1
                done
                export SSLKEYLOGFILE=keys
                { \(clientCommand); } 2>&1
                sleep 1
                kill -INT $capture
                wait $capture
                cat dumpcap.log server.log
                """,
            ], limit: 60)
        said = outcome.output + outcome.errors
    }

    /// Makes a capture with a PDU in each packet: tshark keeps what it knows of a connection by packets, and so takes what
    /// comes in one with the end of licensing for a part of it. What TLS hides is deciphered by tshark itself on the way;
    /// so that nobody looks for TLS in that, the server's choice of it in the negotiation is undone.
    func repacked(isTLS: Bool) throws -> String {
        let options = isTLS ? ["-o", "tls.keylog_file:\(path("keys"))", "-d", "tcp.port==3389,tls"] : []
        let followed = try tshark("wire.pcapng", options + ["-q", "-z", "follow,\(isTLS ? "tls" : "tcp"),raw,0"])
        // A line of hexadecimal for each piece; those of one of the two speakers are behind a tabulator. The client begins.
        let pieces: [Substring] = followed.split(separator: "\n").filter { line in
            let text = line.drop { $0 == "\t" }
            return text.count > 1 && text.allSatisfy(\.isHexDigit)
        }
        let isClientsIndented = pieces.first?.hasPrefix("\t")
        var waiting: [Bool: [UInt8]] = [true: [], false: []]
        var packets = isTLS ? try negotiation() : []
        for piece in pieces {
            let isClients = piece.hasPrefix("\t") == isClientsIndented
            waiting[isClients, default: []] += Self.bytes(piece.drop { $0 == "\t" })
            while let pdu = Self.pdu(of: waiting[isClients, default: []]) {
                packets.append((isClients, pdu))
                waiting[isClients]?.removeFirst(pdu.count)
            }
        }
        guard waiting.values.allSatisfy(\.isEmpty) else { throw Unexpected("a stream that ends within a PDU") }
        // Where it goes, and the bytes behind their offset.
        let dump = packets.map { isClients, bytes in
            "\(isClients ? "O" : "I")\n0000 \(bytes.map { String(format: "%02x", $0) }.joined(separator: " "))\n"
        }
        try dump.joined(separator: "\n").write(
            to: directory.appendingPathComponent("pdus.txt"), atomically: true, encoding: .utf8)
        let made = try Programs.run("/usr/bin/text2pcap", ["-D", "-T", "3389,40000", path("pdus.txt"), path("pdus.pcapng")])
        guard made.code == 0 else { throw Unexpected("text2pcap: \(made.errors)") }
        return "pdus.pcapng"
    }

    /// The two PDUs that go before TLS, with none chosen: selectedProtocol is the last field (MS-RDPBCGR 2.2.1.2.1).
    private func negotiation() throws -> [(isClients: Bool, bytes: [UInt8])] {
        let payloads = try tshark("wire.pcapng", ["-Y", "tcp.len > 0", "-T", "fields", "-e", "tcp.payload"])
            .split(separator: "\n").prefix(2).map { Self.bytes($0) }
        guard payloads.count == 2, payloads[1].suffix(4) == [1, 0, 0, 0] else {
            throw Unexpected("no negotiation that ends in TLS: \(payloads)")
        }
        return [(true, payloads[0]), (false, payloads[1].dropLast(4) + [0, 0, 0, 0])]
    }

    private static func bytes(_ hexadecimal: Substring) -> [UInt8] {
        let digits = Array(hexadecimal)
        return stride(from: 0, to: digits.count - 1, by: 2).compactMap { UInt8(String(digits[$0...$0 + 1]), radix: 16) }
    }

    /// The first whole PDU: TPKT has its length in the third and fourth byte, fast path in the second, or with that one's
    /// top bit set in the second and third (MS-RDPBCGR 2.2.8.1.2).
    private static func pdu(of bytes: [UInt8]) -> [UInt8]? {
        guard bytes.count >= 4 else { return nil }
        let length =
            bytes[0] == 3
            ? Int(bytes[2]) << 8 | Int(bytes[3]) : bytes[1] < 0x80 ? Int(bytes[1]) : Int(bytes[1] & 0x7F) << 8 | Int(bytes[2])
        return length > 0 && length <= bytes.count ? Array(bytes.prefix(length)) : nil
    }

    /// One packet with a payload, as tshark sees it.
    struct Packet {
        let number: String
        let isServers: Bool
        let layers: [String]
        let isMalformed: Bool
        let info: String
    }

    /// The packets of a capture that carry something, but for what TCP repeats.
    func packets(of file: String = "wire.pcapng") throws -> [Packet] {
        let fields = ["frame.number", "tcp.srcport", "frame.protocols", "_ws.malformed", "_ws.col.Info"]
        let text = try tshark(
            file,
            [
                "-d", "tcp.port==3389,tpkt", "-Y", "tcp.len > 0 and not tcp.analysis.retransmission", "-T", "fields",
            ] + fields.flatMap { ["-e", $0] })
        return text.split(separator: "\n").map { line in
            let columns = line.split(separator: "\t", omittingEmptySubsequences: false).map(String.init)
            return Packet(
                number: columns[0], isServers: columns[1] == "3389", layers: columns[2].split(separator: ":").map(String.init),
                isMalformed: !columns[3].isEmpty, info: columns.dropFirst(4).joined(separator: " "))
        }
    }

    /// Every value of a field, in order.
    func values(of field: String, in file: String = "wire.pcapng") throws -> [String] {
        try tshark(file, ["-d", "tcp.port==3389,tpkt", "-Y", "not tcp.analysis.retransmission", "-T", "fields", "-e", field])
            .split(whereSeparator: { $0 == "\n" || $0 == "," }).map(String.init)
    }

    private func path(_ name: String) -> String { directory.appendingPathComponent(name).path }

    private func tshark(_ file: String, _ arguments: [String]) throws -> String {
        try Programs.run("/usr/bin/tshark", ["-n", "-r", path(file)] + arguments).output
    }
}
