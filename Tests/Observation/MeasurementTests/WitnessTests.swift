import Contracts
import Glibc
import Measurement
import Netlab
import NetlabTestSupport
import TemporaryTestSupport
import Testing

/// The account against tshark, packet for packet, over real TCP in a private network.
@Suite struct Witness {
    @Test(.enabled(if: Inside.isFirstStep))
    func suiteInside() throws {
        let said = try Inside.output(of: "MeasurementTests.Witness")
        #expect(said.contains("tshark agrees"), "\(said)")
        print(said.split(separator: "\n").filter { $0.hasPrefix("cell") }.joined(separator: "\n"))
    }

    @Test(.enabled(if: Inside.isSecondStep))
    func becomeInside() throws {
        try PrivateNetwork.reexecute(arguments: Inside.arguments(filter: "MeasurementTests.AgainstTshark"))
        Issue.record("not executed")
    }
}

@Suite(.enabled(if: PrivateNetwork.isInside)) struct AgainstTshark {
    @Test func everyPacketIsWhatTsharkSays() throws {
        let network = try PrivateNetwork(serverAddresses: 3)
        let file = Temporary.path(".pcapng")
        defer { unlink(file) }
        let capture = try Capture(in: network, to: file)
        let sent = try Scenario().run()
        let counts = try capture.stop()
        #expect(counts.dropped == 0)

        var numbers: [TrafficClass: [Int]] = [:]
        let account = TrafficAccount(servers: (1...3).map { PrivateNetwork.serverAddress($0) }) { payload, _, _ in
            Self.payloadClass(payload)
        }
        account.onPacket = { numbers[$0.kind, default: []].append($0.number) }
        try account.read(file)
        #expect(account.malformed == 0)
        for (number, address) in (1...3).map({ ($0, PrivateNetwork.serverAddress($0)) }) {
            let cell = try #require(account.cells[address])
            print("cell", number, TrafficClass.allCases.map { "\($0) \(cell[$0].packets)" }, "liveness", cell.liveness)
        }

        // Flag for flag.
        let flags: [(TrafficClass, String)] = [
            (.keepAliveProbe, "keep_alive"), (.keepAliveAck, "keep_alive_ack"),
            (.zeroWindowProbe, "zero_window_probe"), (.zeroWindowProbeAck, "zero_window_probe_ack"),
        ]
        for (kind, flag) in flags {
            let expected = try tshark(file, "tcp.analysis.\(flag)", "frame.number")
            #expect(numbers[kind, default: []] == expected, "\(flag)")
        }
        #expect(!numbers[.keepAliveProbe, default: []].isEmpty && !numbers[.keepAliveAck, default: []].isEmpty)

        // Every packet and byte is there once.
        for cell in 1...3 {
            let lengths = try tshark(file, "tcp && ip.addr == 198.19.1.\(cell)", "ip.len")
            let total = try #require(account.cells[PrivateNetwork.serverAddress(cell)]).total
            #expect(total == Tally(packets: lengths.count, bytes: lengths.reduce(0, +)))
        }

        // The same packets without their Ethernet headers, as on a line's TUN interface, come to the same.
        let raw = file + ".raw"
        defer { unlink(raw) }
        try Command.run("editcap", ["-C", "14", "-T", "rawip", file, raw])
        var rawNumbers: [TrafficClass: [Int]] = [:]
        let rawAccount = TrafficAccount(servers: account.cells.keys) { payload, _, _ in Self.payloadClass(payload) }
        rawAccount.onPacket = { rawNumbers[$0.kind, default: []].append($0.number) }
        try rawAccount.read(raw)
        #expect(rawAccount.cells == account.cells && rawNumbers == numbers && rawAccount.malformed == 0)

        // What the scenario sent: heartbeats to the well ones once each, and their answers.
        let beating = try #require(account.cells[PrivateNetwork.serverAddress(2)])
        #expect(beating[.heartbeatRequest].packets == sent.heartbeats)
        #expect(beating[.heartbeatAnswer].packets == sent.answers)
        #expect(beating[.heartbeatRequest].bytes == sent.heartbeats * (20 + 32 + 12))
        #expect(beating[.sessionData].packets == sent.session)
        // The client that reads nothing closes its window: Linux probes that with what tshark calls a keep-alive.
        #expect(account.cells[PrivateNetwork.serverAddress(3)].map { $0[.keepAliveProbe].packets >= 3 } == true)
        #expect(account.cells[PrivateNetwork.serverAddress(3)].map { $0[.livenessAck].packets >= 3 } == true)
        // Clock updates go to a dark peer in the third cell: repeated, never acknowledged.
        let telling = try #require(account.cells[PrivateNetwork.serverAddress(3)])
        #expect(telling[.clockUpdate].packets >= 1 && telling[.clockUpdateRetransmission].packets >= 3)
        let repeated = try tshark(
            file, "tcp.analysis.retransmission && tcp.srcport == 7300 && tcp.len > 0 && tcp.payload[0:1] == 43", "frame.number")
        #expect(numbers[.clockUpdateRetransmission, default: []] == repeated)
        print("tshark agrees")
    }

    private static func payloadClass(_ payload: UnsafeRawBufferPointer) -> PayloadClass {
        switch payload.first {
        case UInt8(ascii: "H"): .heartbeatRequest
        case UInt8(ascii: "A"): .heartbeatAnswer
        case UInt8(ascii: "C"): .clockUpdate
        default: .sessionData
        }
    }

    private func tshark(_ file: String, _ filter: String, _ field: String) throws -> [Int] {
        // A port's dissector is nothing to the flags, and may throw expert items of its own at odd payloads.
        try Command.run("tshark", ["-n", "-r", file, "-Y", filter, "-T", "fields", "-e", field])
            .split(separator: "\n").compactMap { Int($0) }
    }
}
