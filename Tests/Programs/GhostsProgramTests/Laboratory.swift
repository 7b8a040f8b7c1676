import Addresses
import EventLoop
import Foundation
import Glibc
import Netlab
import NetlabTestSupport
import ProgramTestSupport
import Testing

@Suite(.serialized) struct Reexecution {
    /// First step, in the ordinary test run. The servers under test want root.
    @Test(.enabled(if: Inside.isFirstStep && geteuid() == 0))
    func suitesInside() throws {
        let said = try Inside.output(of: "GhostsProgramTests.Reexecution")
        #expect(said.contains("GhostsProgramTests ran inside"), "\(said)")
    }

    /// Second step: become the bundle inside. Returns only by failing.
    @Test(.enabled(if: Inside.isSecondStep))
    func becomeInside() throws {
        try PrivateNetwork.reexecute(arguments: Inside.arguments(filter: "GhostsProgramTests.InNetwork"))
        Issue.record("not executed")
    }
}

/// What needs the lab's network, one after the other.
@Suite(.enabled(if: PrivateNetwork.isInside), .serialized) struct InNetwork {
    @Test func saysSo() { print("GhostsProgramTests ran inside") }
}

/// The one private network of the process inside, built when first asked for.
enum Laboratory {
    /// What a program came to.
    struct Outcome {
        let code: Int32
        let output: String
        let errors: String
    }

    static func network() throws(NetlabError) -> PrivateNetwork { try shared.get().value }

    /// tcp_retries2 as Windows NT has it: what is in flight is given up after some 13 s.
    private static let shared = Result { () throws(NetlabError) in
        Shared(value: try PrivateNetwork(serverAddresses: 1, tcpRetries2: 5))
    }

    /// The network is not for several threads; the suite that uses it is serialized.
    private struct Shared: @unchecked Sendable { let value: PrivateNetwork }

    static let serverAddress = PrivateNetwork.serverAddress(1)

    /// A workstation's address.
    static func workstation(_ number: Int) -> UInt32 { PrivateNetwork.workstations + UInt32(number) }

    /// A program in the server's namespace.
    static func program(_ program: String, _ arguments: [String]) throws -> RunningProgram {
        let (executable, all) = try network().command(in: .server, program, arguments)
        return try RunningProgram(try #require(Command.find(executable)), all)
    }

    /// tsghosts in the server's namespace, run to its end.
    @discardableResult
    static func ghosts(_ arguments: [String], asNobody: Bool = false, within limit: Duration = .seconds(60)) throws -> Outcome {
        let user = asNobody ? ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"] : []
        let line = user + [Programs.path("tsghosts")] + arguments
        let running = try program(line[0], Array(line.dropFirst()))
        let code = try running.wait(within: limit)
        return Outcome(code: code, output: running.output, errors: running.errors)
    }

    /// The verdicts of `tsghosts ask` or `end`, by the peer's address.
    static func verdicts(_ outcome: Outcome) throws -> [String: String] {
        var verdicts: [String: String] = [:]
        for connection in try connections(outcome) {
            let peer = try #require(connection["peer"] as? String)
            verdicts[String(peer.prefix { $0 != ":" })] = connection["verdict"] as? String
        }
        return verdicts
    }

    static func connections(_ outcome: Outcome) throws -> [[String: Any]] {
        let all = try JSONSerialization.jsonObject(with: Data(outcome.output.utf8)) as? [String: Any]
        return try #require(all?["connections"] as? [[String: Any]], "\(outcome.errors)")
    }

    /// What the kernel has established at a port, by ss(8): the peers' addresses.
    static func established(port: UInt16) throws -> Set<String> {
        let (program, arguments) = try network().command(
            in: .server, "ss", ["-Htn", "state", "established", "sport", "=", ":\(port)"])
        // "198.18.0.1:50000", or "[::ffff:198.18.0.1]:50000" of a dual-stack server.
        let peers = try Command.run(program, arguments).split(separator: "\n").compactMap { $0.split(separator: " ").last }
        return Set(peers.compactMap { $0.split(separator: ":").dropLast().last.map { String($0.prefix { $0 != "]" }) } })
    }

    static func connected(from number: Int, port: UInt16, receiveBuffer: Int32? = nil) throws -> PlainSocket {
        try NetworkNamespace.within("clients") {
            try #require(PlainSocket.connected(from: workstation(number), to: serverAddress, port: port, receiveBuffer: receiveBuffer))
        }
    }

    static func name(_ number: Int) -> String { "198.18.0.\(number)" }
}
