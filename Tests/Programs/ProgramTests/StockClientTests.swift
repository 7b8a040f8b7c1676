import Foundation
import Glibc
import ProgramTestSupport
import Testing

/// A client that nobody here wrote: Debian's xfreerdp, on a screen of its own.
@Suite(.serialized) struct StockClientTests {
    /// A virtual screen, and what can be seen on it.
    private final class Screen {
        let name: String
        private let server: RunningProgram

        init() throws {
            let number = 90 + Int(getpid()) % 100
            name = ":\(number)"
            server = try RunningProgram("/usr/bin/Xvfb", [name, "-screen", "0", "1024x768x24", "-nolisten", "tcp"])
            try eventually("the screen is there") { access("/tmp/.X11-unix/X\(number)", F_OK) == 0 }
        }

        func run(_ program: String, _ arguments: [String]) throws -> Programs.Outcome {
            try Programs.run("/usr/bin/env", ["DISPLAY=\(name)", program] + arguments, limit: 30)
        }

        func start(_ program: String, _ arguments: [String]) throws -> RunningProgram {
            try RunningProgram("/usr/bin/env", ["DISPLAY=\(name)", program] + arguments)
        }

        /// The colour at a place, as ImageMagick says it: `srgb(0,130,132)`.
        func color(x: Int, y: Int) throws -> [Int] {
            let said = try run("import", ["-silent", "-window", "root", "-crop", "1x1+\(x)+\(y)", "-depth", "8", "txt:-"])
            let hex = said.output.split(separator: "#").last?.prefix(6) ?? ""
            guard let value = Int(hex, radix: 16), hex.count == 6 else { throw Unexpected("import said '\(said.output)'") }
            return [value >> 16, value >> 8 & 255, value & 255]
        }
    }

    @Test func xfreerdpReachesTheDesktopTypesAndAnswersHeartbeats() throws {
        let server = try RunningServer(["--liveness", "heartbeat:interval=1s,misses=3", "--clock", "1s"])
        let screen = try Screen()
        let client = try screen.start(
            "xfreerdp", ["/v:\(server.target)", "/sec:rdp", "/cert:ignore", "/u:anna", "/p:x", "/w:800", "/h:600"])
        try eventually("active") { try server.sessions("Active") == 1 }
        // RGB 5-6-5's nearest to teal and to white; a bare screen is black.
        try eventually("the background is drawn") {
            let teal = try screen.color(x: 600, y: 400)
            return teal[0] < 16 && abs(teal[1] - 130) < 10 && abs(teal[2] - 132) < 10
        }
        try eventually("the window's page is drawn") { try screen.color(x: 300, y: 250).allSatisfy { $0 > 240 } }
        _ = try screen.run("xdotool", ["type", "Ghost 42"])
        try eventually("typed") { try server.get("/sessions").contains("\"keystrokes\":8") }
        // Three times as long as a silent client would be kept.
        sleep(9)
        #expect(try server.sessions("Active") == 1)
        #expect(try server.get("/metrics").contains("tsserver_protocol_errors_total 0\n"))
        client.signal(SIGTERM)
        try eventually("known") { try server.sessions("Disconnected") == 1 }
        let back = try Programs.run("tsclient", [server.target, "--user", "anna", "--json", "--script", "wait 300ms; disconnect"])
        #expect(back.output.contains("\"text\":\"Ghost 42\""))
    }

    @Test func aStoppedXfreerdpIsFoundByItsHeartbeat() throws {
        let server = try RunningServer(["--liveness", "heartbeat:interval=1s,misses=2"])
        let screen = try Screen()
        let client = try screen.start(
            "xfreerdp", ["/v:\(server.target)", "/sec:rdp", "/cert:ignore", "/u:anna", "/p:x", "/w:640", "/h:480"])
        try eventually("answers heartbeats") { try !server.get("/metrics").contains("heartbeats_answered_total 0\n") }
        client.signal(SIGSTOP)
        try eventually("found", within: .seconds(5)) { try server.sessions("Disconnected") == 1 }
    }
}
