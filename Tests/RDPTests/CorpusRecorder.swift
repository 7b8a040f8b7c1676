import Foundation
import Testing

@testable import RDP

/// Writes the recorded streams of both endpoints as the fuzzers' corpus: `scripts/fuzz --record`, after the wire changed.
@Suite struct CorpusRecorder {
    private static let destination = ProcessInfo.processInfo.environment["TSLAB_RECORD_CORPUS"]

    @Test(.enabled(if: destination != nil)) func write() throws {
        for answersRoundTrips in [true, false] {
            let recording = try Recording(answersRoundTrips: answersRoundTrips)
            let name = answersRoundTrips ? "rtt" : "dvc"
            try keep(recording.fromClient, "server", name)
            try keep(recording.fromServer, "client", name)
            try keep([0] + recording.fromClient, "scan", "client-" + name)
            try keep([1] + recording.fromServer, "scan", "server-" + name)
            try keep(recording.fromClient, "frames", "client-" + name)
            // Each share PDU by itself behind a short handshake is what the fuzzer finds by cutting; the handshake is its start.
            try keep(Array(recording.clientPDUs.prefix(2).joined()), "server", "handshake-" + name)
            try keep(Array(recording.serverPDUs.prefix(2).joined()), "client", "handshake-" + name)
        }
        let report = SessionReport(session: 7, resumed: true, keystrokes: 9, text: "ada")
        try keep(report.encoded, "report", "ada")
    }

    private func keep(_ bytes: [UInt8], _ target: String, _ name: String) throws {
        let directory = URL(fileURLWithPath: Self.destination ?? "").appendingPathComponent(target)
        try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
        try Data(bytes).write(to: directory.appendingPathComponent(name))
    }
}
