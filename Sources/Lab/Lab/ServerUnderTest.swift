import EventLoop
import Foundation
import Netlab

/// A server that we did not write, at work in the lab's server namespace.
final class ServerUnderTest {
    private let port: UInt16
    private let process: LineProcess

    /// Starts it; what it says goes to a file.
    init(_ command: String, port: UInt16, in network: PrivateNetwork, log: String, on loop: EventLoop) throws(NetlabError) {
        self.port = port
        let (executable, arguments) = network.command(in: .server, "sh", ["-c", "exec 1>&2; \(command)"])
        process = try LineProcess(executable, arguments, log: log, on: loop, onLine: { _ in })
    }

    var isRunning: Bool { process.isRunning }

    func stop() { process.stop() }

    /// Whether somebody in the namespace listens at the port, by the kernel's own tables (proc(5), /proc/net/tcp).
    func isListening() throws -> Bool {
        try NetworkNamespace.within(PrivateNetwork.Side.server.rawValue) {
            ["tcp", "tcp6"].contains { table in
                let text = (try? String(contentsOfFile: "/proc/thread-self/net/\(table)", encoding: .utf8)) ?? ""
                return text.split(separator: "\n").contains { listens($0) }
            }
        }
    }

    /// Of a line the local address and port in hexadecimal, and the state, in which 0A is LISTEN (the kernel's
    /// tcp_states.h).
    private func listens(_ line: Substring) -> Bool {
        let columns = line.split(separator: " ")
        guard columns.count > 3, columns[3] == "0A", let local = columns[1].split(separator: ":").last else { return false }
        return UInt16(local, radix: 16) == port
    }
}
