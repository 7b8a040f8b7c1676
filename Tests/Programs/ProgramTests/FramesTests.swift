import Contracts
import Foundation
import Measurement
import Netlab
import NetlabTestSupport
import ProgramTestSupport
import TemporaryTestSupport
import Testing

/// NetBEUI's frames straight on a veth, with tshark as the witness of what they are.
@Suite struct FramesTests {
    @Test(.enabled(if: Inside.isFirstStep))
    func suiteInside() throws {
        let said = try Inside.output(of: "ProgramTests.FramesTests")
        #expect(said.contains("tshark read every frame"), "\(said)")
    }

    @Test(.enabled(if: Inside.isSecondStep))
    func becomeInside() throws {
        try PrivateNetwork.reexecute(arguments: Inside.arguments(filter: "ProgramTests.FramesOnAVeth"))
        Issue.record("not executed")
    }
}

@Suite(.enabled(if: PrivateNetwork.isInside)) struct FramesOnAVeth {
    private static let watchdog = "nbf-watchdog:inactivity=1s,answer=400ms,retries=5,alive=2s"
    private static let server = PrivateNetwork.serverAddress(1)

    private func start(_ side: PrivateNetwork.Side, _ network: PrivateNetwork, _ name: String, _ arguments: [String]) throws
        -> RunningProgram
    {
        let (program, all) = network.command(in: side, Programs.path(name), arguments)
        return try RunningProgram(program, all)
    }

    @Test func everyFaultAndWhatTsharkCallsTheFrames() throws {
        let network = try PrivateNetwork(serverAddresses: 1)
        let file = Temporary.path(".pcapng")
        defer { unlink(file) }
        let capture = try Capture(in: network, to: file)
        let server = try start(
            .server, network, "tsserver",
            [
                "--listen", "nbf://198.19.1.1%\(PrivateNetwork.serverInterface)", "--allow-any-user", "--admin", "/run/frames.sock",
                "--liveness", Self.watchdog,
            ])
        try eventually("tsserver listens") { server.output.contains("listening nbf://198.19.1.1%tslab0") || !server.isRunning }
        #expect(server.isRunning, "\(server.errors)")
        let events = try RunningProgram("/usr/bin/curl", ["-sN", "--unix-socket", "/run/frames.sock", "http://localhost/events"])
        let target = "nbf://198.19.1.1%\(PrivateNetwork.clientInterface)"
        let faults = ["power-off", "reboot", "hang", "freeze", "kill", "disconnect", "logoff"]
        let load = try start(
            .clients, network, "tsload",
            ["--target", target, "--clients", "40", "--sources", "198.18.0.0", "--hold", "8s"]
                + faults.flatMap { ["--fault", "\($0):share=10%,at=3s,lasting=200ms"] })
        #expect(try load.wait(within: .seconds(60)) == 0, "\(load.errors)")
        #expect(load.output.contains("40 of 40 logged on"))
        let metrics = try Programs.run("/usr/bin/curl", ["-s", "--unix-socket", "/run/frames.sock", "http://localhost/metrics"]).output
        // What each fault leads to, by the reasons of all changes; a hang and a machine that thaws in time lead to none.
        let reasons = [
            ("power-off", "timed-out"), ("reboot", "peer-reset"), ("disconnect", "client-disconnected"), ("logoff", "logoff"),
        ]
        let left = events.output.split(separator: "\n").filter { $0.contains("\"from\":\"Active\"") }
        for (fault, reason) in reasons {
            let count = left.count { $0.contains("\"reason\":\"\(reason)\"") }
            #expect(count >= 2 && load.output.contains("fault      \(count) \(fault)"), "\(fault): \(count) of \(load.output)")
        }
        server.signal(SIGTERM)
        #expect(try server.wait() == 0)
        let counts = try capture.stop()
        #expect(counts.dropped == 0)

        // Nothing but NetBEUI: every frame is LLC on SAP F0, and none is malformed.
        let llc = try tshark(file, "llc")
        #expect(try llc.count > 500 && tshark(file, "llc.dsap.sap == 0x78").count == llc.count)
        #expect(try tshark(file, "llc and ip").isEmpty && tshark(file, "_ws.malformed").isEmpty)
        let polls = try tshark(file, "llc.control.ftype == 1 and llc.control.p == 1")
        let finals = try tshark(file, "llc.control.ftype == 1 and llc.control.f == 1")
        let alive = try tshark(file, "netbios.command == 0x1f")
        #expect(polls.count > 50 && finals.count > 50 && alive.count > 50)
        #expect(try tshark(file, "netbios.command == 0x0a").count >= 40 && tshark(file, "netbios.command == 0x0e").count >= 40)

        // The account's watchdog frames are those, and the server's own counts are the account's.
        var numbers: [TrafficClass: [Int]] = [:]
        var sent = 0
        let account = TrafficAccount(servers: [Self.server]) { _, _, _ in .sessionData }
        account.onPacket = {
            numbers[$0.kind, default: []].append($0.number)
            if $0.kind == .watchdogProbe, $0.fromServer { sent += 1 }
        }
        try account.read(file)
        #expect(account.malformed == 0)
        #expect(numbers[.watchdogProbe, default: []] == (polls + alive).sorted())
        #expect(numbers[.watchdogAnswer, default: []] == finals)
        let told = metrics.split(separator: "\n").first {
            $0.hasPrefix("tsserver_watchdog_probes_sent_packets_total{listener=\"rdp-nbf\"}")
        }
        #expect(told.flatMap { $0.split(separator: " ").last }.flatMap { Int($0) } == sent)
        print("tshark read every frame")
    }

    private func tshark(_ file: String, _ filter: String) throws -> [Int] {
        try Command.run("tshark", ["-n", "-r", file, "-Y", filter, "-T", "fields", "-e", "frame.number"])
            .split(separator: "\n").compactMap { Int($0) }
    }
}
