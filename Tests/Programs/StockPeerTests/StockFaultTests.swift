import Foundation
import Glibc
import Sessions
import Testing

/// What becomes of stock clients, and what the server comes to believe of each.
@Suite(.serialized, .timeLimit(.minutes(2))) struct StockFaultTests {
    private static let policies = [
        "none", "tcp-keepalive:time=1s,interval=1s,count=3", "heartbeat:interval=1s,misses=3",
    ]

    /// For each fault, the reason for which the session leaves Active under each policy; nil where it never does.
    private static let beliefs: [(fault: String, reasons: [[String]?])] = [
        ("power-off", [nil, ["timed-out"], ["heartbeat-missed"]]),
        ("reboot", [nil, ["peer-reset"], ["peer-reset"]]),
        ("link-cut", [nil, ["timed-out"], ["heartbeat-missed"]]),
        ("hang", [nil, nil, ["heartbeat-missed"]]),
        // The kernel resets where the program left something unread.
        ("kill", [["peer-closed", "peer-reset"], ["peer-closed", "peer-reset"], ["peer-closed", "peer-reset"]]),
    ]

    private struct Cell {
        let server: StockServer
        let client: Child
        let user: String
        let program: String
        let fault: String
        let reasons: [String]?
        var session: UInt32 = 0
        var port: Substring = ""
    }

    @Test(.enabled(if: DarkNetwork.isPossible, "needs user namespaces"))
    func whatTheServerBelieves() throws {
        let (network, screen) = (try DarkNetwork(), try Screen())
        var cells: [Cell] = []
        var servers: [StockServer] = []
        defer { for server in servers { server.stop() } }
        for (column, policy) in Self.policies.enumerated() {
            let server = try StockServer(["--liveness", policy, "--security", "rdp"], in: network)
            servers.append(server)
            for (row, (fault, reasons)) in Self.beliefs.enumerated() {
                // Each fault meets both clients; that of the line that heals meets rdesktop where nobody on the server's side
                // notices, since xfreerdp gives up by itself after nine seconds (its TcpAckTimeout).
                let program = (row + column).isMultiple(of: 2) ? "rdesktop" : "xfreerdp"
                let client = try StockClient(name: program, program: program)
                    .start(on: screen, at: server, as: fault, size: (320, 240), in: network)
                cells.append(
                    Cell(
                        server: server, client: client, user: fault, program: program, fault: fault, reasons: reasons[column]))
            }
        }
        for index in cells.indices {
            let cell = cells[index]
            try #require(
                eventually(within: 20) { cell.server.session(of: cell.user)?.state == .active },
                "\(cell.program): \(cell.client.said)\n\(cell.server.log)")
            let listed = try #require(cell.server.session(of: cell.user))
            cells[index].session = listed.session
            cells[index].port = try #require(listed.address?.split(separator: ":").last)
        }
        // What a client has to say of its new desktop is said.
        sleep(2)
        for cell in cells { try strike(cell, network) }
        sleep(8)
        for cell in cells { expectBelief(cell) }
        for cell in cells where cell.fault == "link-cut" {
            try network.setDark(false, port: cell.port)
            // The line is back: who is still believed in goes on, and the other is told that its connection is lost.
            if cell.reasons == nil {
                usleep(500_000)
                #expect(cell.client.process.isRunning && cell.server.session(of: cell.user)?.state == .active)
            }
        }
    }

    private func strike(_ cell: Cell, _ network: DarkNetwork) throws {
        switch cell.fault {
        case "hang": cell.client.send(SIGSTOP)
        case "kill": cell.client.send(SIGKILL)
        case "link-cut": try network.setDark(true, port: cell.port)
        default:
            try network.setDark(true, port: cell.port)
            cell.client.send(SIGKILL)
            usleep(200_000)
            try network.forget(port: cell.port)
            if cell.fault == "reboot" { try network.setDark(false, port: cell.port) }
        }
    }

    private func expectBelief(_ cell: Cell) {
        let name = "\(cell.fault) of \(cell.program)"
        let state = cell.server.session(of: cell.user)?.state
        let mark = "session \(cell.session) Active -> Disconnected: "
        let line = cell.server.log.split(separator: "\n").first { $0.contains(mark) }
        let said = line.flatMap { $0.components(separatedBy: mark).last }
        guard let reasons = cell.reasons else {
            #expect(state == .active && said == nil, "\(name): \(said ?? "")")
            return
        }
        #expect(state == .disconnected && reasons.contains(said ?? ""), "\(name): \(said ?? "still there")\n\(cell.server.log)")
    }
}
