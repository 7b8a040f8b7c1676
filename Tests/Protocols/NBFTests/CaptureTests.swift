import Foundation
import PacketTestSupport
import Testing
import Time
import Wire

@testable import NBF

/// What an analyser that we did not write makes of our frames.
@Suite struct CaptureTests {
    /// One frame as tshark has it.
    private struct Row: Decodable {
        let layers: [String: [String]]

        struct Line: Decodable {
            let _source: Row
        }

        func text(_ field: String) -> String? { layers[field]?.first }
    }

    private static let fields = [
        "_ws.malformed", "llc.control.p", "llc.control.f", "llc.control.s_ftype", "llc.control.u_modifier_cmd",
        "llc.control.u_modifier_resp", "netbios.command", "netbios.nb_name",
    ]

    /// Captures a medium's frames, and has tshark read them.
    private static func read(_ medium: Medium) throws -> [Row] {
        var capture = FrameCapture()
        for (time, bytes) in medium.capture { capture.append(bytes.span.bytes, at: time) }
        let file = FileManager.default.temporaryDirectory.appendingPathComponent("nbf-\(UUID().uuidString).pcap")
        defer { try? FileManager.default.removeItem(at: file) }
        try Data(capture.bytes).write(to: file)
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = ["tshark", "-n", "-r", file.path, "-T", "json"] + fields.flatMap { ["-e", $0] }
        let output = Pipe()
        process.standardOutput = output
        process.standardError = FileHandle.nullDevice
        try process.run()
        let text = output.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        return try JSONDecoder().decode([Row.Line].self, from: text).map(\._source)
    }

    @Test func tsharkReadsAWholeSessionAndNamesTheWatchdog() throws {
        var parameters = NBFParameters.windowsNT4
        parameters.receiveLimit = 4000
        var medium = Medium(seed: 3, weather: .fair, parameters: parameters)
        medium.client.parameters.sessionAliveInterval = .seconds(100)
        medium.captures = true
        medium.call()
        medium.run(for: .seconds(1))
        medium.say([UInt8](repeating: 0x41, count: 30_000), from: 1)
        medium.say([1, 2, 3], from: 0)
        medium.run(for: .seconds(2))
        medium.client.machine?.pause()
        medium.say([UInt8](repeating: 0x42, count: 30_000), from: 1)
        medium.run(for: .seconds(10))
        medium.resume(0)
        medium.weather.loss = 0.3
        medium.say([UInt8](repeating: 0x43, count: 60_000), from: 1)
        medium.run(for: .seconds(20))
        medium.weather.loss = 0
        medium.run(for: .seconds(300))
        #expect(medium.client.received.count == 120_000)
        medium.close(0, orderly: true)
        medium.run(for: .seconds(2))
        #expect(medium.server.ends == [.peerClosed])
        // A second session, whose client's station starts anew.
        medium.call(correlator: 7)
        medium.run(for: .seconds(1))
        medium.client.machine = nil
        medium.run(for: .seconds(40))
        let sent = [medium.client.output.sent, medium.server.output.sent]
        let rows = try Self.read(medium)
        #expect(rows.count == medium.capture.count)
        #expect(rows.allSatisfy { $0.text("_ws.malformed") == nil })
        let commands = Set(rows.compactMap { $0.text("netbios.command") })
        #expect(commands == ["0x0a", "0x0e", "0x14", "0x15", "0x16", "0x17", "0x18", "0x19", "0x1f"])
        // The watchdog's frames are what our own counters say they are, and none but them has a poll or a final bit.
        func count(_ test: (Row) -> Bool) -> Int { rows.count(where: test) }
        let isSupervisory = { (row: Row) in row.text("llc.control.s_ftype") != nil }
        #expect(count { isSupervisory($0) && $0.text("llc.control.p") == "1" } == sent.reduce(0) { $0 + $1.polls.packets })
        #expect(count { isSupervisory($0) && $0.text("llc.control.f") == "1" } == sent.reduce(0) { $0 + $1.finals.packets })
        #expect(count { $0.text("netbios.command") == "0x1f" } == sent.reduce(0) { $0 + $1.sessionAlives.packets })
        #expect(sent.allSatisfy { $0.polls.packets > 4 && $0.finals.packets > 4 })
        #expect(sent[0].sessionAlives.packets == 2)
        // RR, RNR, REJ; SABME, DISC; UA, DM.
        #expect(Set(rows.compactMap { $0.text("llc.control.s_ftype") }).count == 3)
        #expect(Set(rows.compactMap { $0.text("llc.control.u_modifier_cmd") }) == ["0x00", "0x10", "0x1b"])
        #expect(Set(rows.compactMap { $0.text("llc.control.u_modifier_resp") }) == ["0x03", "0x18"])
        let names = Set(rows.flatMap { $0.layers["netbios.nb_name"] ?? [] })
        #expect(names == ["TERMSRV", "WSC612002A"])
    }
}
