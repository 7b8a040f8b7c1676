import EventLoop
import Foundation
import Netlab
import Time

/// A server that we did not write, at work in the lab's server namespace.
final class ServerUnderTest {
    private let port: UInt16
    private let process: LineProcess
    private let log: String
    /// Since when it listens, but not so that clients can reach it.
    private var astraySince: MonotonicTime?

    /// A server may open its other listeners first.
    private static let astrayLimit = Duration.seconds(3)

    /// Starts it; what it says goes to a file.
    init(_ command: String, port: UInt16, in experiment: Experiment) throws {
        self.port = port
        log = experiment.directory.log("server")
        let (executable, arguments) = experiment.network.command(in: .server, "sh", ["-c", "exec 1>&2; \(command)"])
        process = try LineProcess(executable, arguments, log: log, on: experiment.loop, onLine: { _ in })
    }

    func stop() { process.stop() }

    /// Whether clients on other machines can connect.
    var isReachable: Bool { get throws { try listeners().contains { $0.port == port && !$0.isLoopback } } }

    /// What it said last, to put behind a complaint.
    var quote: String { "; the server said last: \(LastWords.lastLine(of: log) ?? "nothing") (\(log))" }

    /// Why clients will never reach it; nil while they do or may.
    func trouble(at now: MonotonicTime) throws -> String? {
        guard process.isRunning else {
            // sh(1): 127 is a command that was not found, 126 one that cannot be executed.
            switch process.exitCode {
            case 127: return "the server's program was not found\(quote)"
            case 126: return "the server's program cannot be executed\(quote)"
            default: return LastWords.ended("the server", process, log: log)
            }
        }
        let listeners = try listeners()
        guard !listeners.isEmpty, try !isReachable else {
            astraySince = nil
            return nil
        }
        astraySince = astraySince ?? now
        guard let astraySince, now >= astraySince + Self.astrayLimit else { return nil }
        if listeners.contains(where: { $0.port == port }) {
            return "the server listens at port \(port) of its own machine's loopback only: have it listen on all addresses\(quote)"
        }
        let others = Set(listeners.map(\.port)).sorted().map { "\($0)" }.joined(separator: ", ")
        return "nobody listens at port \(port), but the server does at \(others): name its port with --port\(quote)"
    }

    // MARK: The kernel's tables

    private struct SocketListener {
        var port: UInt16
        var isLoopback: Bool
    }

    /// Who listens in the namespace, by the kernel's own tables (proc(5), /proc/net/tcp).
    private func listeners() throws -> [SocketListener] {
        try NetworkNamespace.within(PrivateNetwork.Side.server.rawValue) {
            ["tcp", "tcp6"].flatMap { table in
                let text = (try? String(contentsOfFile: "/proc/thread-self/net/\(table)", encoding: .utf8)) ?? ""
                return text.split(separator: "\n").compactMap(Self.listener)
            }
        }
    }

    /// Of a line the local address and port in hexadecimal, and the state, in which 0A is LISTEN (the kernel's
    /// tcp_states.h). Addresses are words in the machine's byte order: 127.0.0.1 ends in 7F, ::1 in 01000000.
    private static func listener(_ line: Substring) -> SocketListener? {
        let columns = line.split(separator: " ")
        guard columns.count > 3, columns[3] == "0A" else { return nil }
        let parts = columns[1].split(separator: ":")
        guard parts.count == 2, let port = UInt16(parts[1], radix: 16) else { return nil }
        let address = parts[0]
        let isLoopback = address.count == 8 ? address.hasSuffix("7F") : address == String(repeating: "0", count: 24) + "01000000"
        return SocketListener(port: port, isLoopback: isLoopback)
    }
}
