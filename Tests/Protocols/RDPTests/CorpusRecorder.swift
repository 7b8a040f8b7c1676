import PacketTestSupport
import Testing
import Wire

@testable import RDP

/// Writes the recorded streams of both endpoints as the fuzzers' corpus: `scripts/fuzz --record`, after the wire changed.
@Suite struct CorpusRecorder {
    @Test(.enabled(if: Corpus.isWanted)) func write() throws {
        for answersRoundTrips in [true, false] {
            let recording = try Recording(answersRoundTrips: answersRoundTrips)
            let name = answersRoundTrips ? "rtt" : "dvc"
            try Corpus.keep(recording.fromClient, "server", name)
            try Corpus.keep(recording.fromServer, "client", name)
            try Corpus.keep([0] + recording.fromClient, "scan", "client-" + name)
            try Corpus.keep([1] + recording.fromServer, "scan", "server-" + name)
            try Corpus.keep(recording.fromClient, "frames", "client-" + name)
            // Each share PDU by itself behind a short handshake is what the fuzzer finds by cutting; the handshake is its start.
            try Corpus.keep(Array(recording.clientPDUs.prefix(2).joined()), "server", "handshake-" + name)
            try Corpus.keep(Array(recording.serverPDUs.prefix(2).joined()), "client", "handshake-" + name)
        }
        let report = SessionReport(session: 7, resumed: true, keystrokes: 9, text: "ada")
        try Corpus.keep(report.encoded, "report", "ada")
    }

    /// One monitor of 800 by 600 pixels (DISPLAYCONTROL_MONITOR_LAYOUT_PDU, MS-RDPEDISP 2.2.2.2).
    private static let layout =
        hex("31 00 01 02 00 00 00 38 00 00 00 28 00 00 00 01 00 00 00 01 00 00 00")
        + [UInt8](repeating: 0, count: 8) + hex("20 03 00 00 58 02 00 00") + [UInt8](repeating: 0, count: 20)

    /// What is behind the encryption; the first byte chooses a decoder (SecurityTargets).
    @Test(.enabled(if: Corpus.isWanted)) func writeSecurity() throws {
        var info = ClientInfo()
        (info.domain, info.user, info.password) = ("LAB", "ada", "secret")
        info.autoReconnectCookie = [28, 0, 0, 0, 1, 0, 0, 0, 7, 0, 0, 0] + [UInt8](repeating: 5, count: 16)
        try Corpus.keep([0] + written { info.encode(into: &$0) }, "security", "info")
        try Corpus.keep([1] + written { Licensing.encodeValidClient(into: &$0) }, "security", "licensing")
        let key = TerminalServicesKey.pair
        try Corpus.keep([2] + ProprietaryCertificate.encode(key.publicKey), "security", "certificate")
        let exchange = written {
            SecurityExchange.encode(random: [UInt8](repeating: 9, count: 32), for: key.publicKey, into: &$0)
        }
        try Corpus.keep([3] + exchange, "security", "exchange")
        try Corpus.keep([4] + [UInt8](0...63), "security", "sealed")
        var chunks: [[UInt8]] = []
        let messages = [
            DynamicChannel.capabilitiesRequest, DynamicChannel.ping(id: 7), Self.layout, [UInt8](repeating: 1, count: 2000),
        ]
        for message in messages {
            StaticChannel.encode(message) { chunk in chunks.append(written(chunk)) }
        }
        try Corpus.keep([5] + Corpus.run(of: chunks), "security", "channel")
        try Corpus.keep([6] + info.autoReconnectCookie, "security", "cookie")
        // To the server and to the client on the first channels: a share PDU, a channel's chunk.
        let share = written { Activation.encodeSynchronize(source: 1007, target: 1002, into: &$0) }
        let steps = [[0, 0] + share, [1, 0] + share, [2, 0] + chunks[1], [3, 0] + chunks[1], [5, 0] + chunks[2]]
        try Corpus.keep(Corpus.run(of: steps), "encrypted", "share")
    }
}
