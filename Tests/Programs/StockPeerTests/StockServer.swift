import Foundation
import Glibc
import Sessions
import TemporaryTestSupport

/// A tsserver as it is built, with its admin face.
final class StockServer {
    let port: String
    private let child: Child
    private let admin: String
    /// Clients and screens that live as long as the server.
    private var guests: [AnyObject] = []

    struct Listed: Decodable {
        var session: UInt32
        var state: SessionState
        var user: String?
        var address: String?
        var heartbeat: String?
        var keystrokes: UInt32
    }

    /// - Parameter network: where it listens on loopback; nil for the machine's own.
    init(_ options: [String], in network: DarkNetwork? = nil) throws {
        // A UNIX socket's path may be no longer than 107 bytes.
        admin = Temporary.path(".sock")
        let command = (network?.entering ?? []) + [Scratch.program("tsserver")]
        child = try Child(
            command[0],
            command.dropFirst() + [
                "--listen", "127.0.0.1:0", "--admin", admin, "--state-directory", Scratch.directory.path, "-v",
            ] + options)
        let child = child
        guard eventually(within: 10, { child.said.contains("listening tcp://") }),
            let line = child.said.split(separator: "\n").first(where: { $0.hasPrefix("listening") }),
            let last = line.split(separator: ":").last
        else { throw Screen.Failed(description: "tsserver does not start: \(child.said)") }
        port = String(last)
    }

    deinit {
        child.end()
        unlink(admin)
    }

    var log: String { child.said }

    private var sessions: [Listed] {
        let data = try? Child.output("curl", ["-s", "--unix-socket", admin, "http://localhost/sessions"])
        return data.flatMap { try? JSONDecoder().decode([Listed].self, from: $0) } ?? []
    }

    func sessions(of user: String) -> [Listed] { sessions.filter { $0.user == user } }

    /// A user's session, the newest where there are several.
    func session(of user: String) -> Listed? { sessions.last { $0.user == user } }

    private var session: Listed? { session(of: "anna") }

    /// Has the admin face do something to a session.
    @discardableResult
    func post(_ action: String, to session: UInt32, body: String = "") throws -> String {
        String(
            decoding: try Child.output(
                "curl",
                [
                    "-s", "--unix-socket", admin, "-X", "POST", "-d", body, "http://localhost/sessions/\(session)/\(action)",
                ]), as: UTF8.self)
    }

    /// What the server says it has sent, in bytes.
    func sentBytes() throws -> Int? {
        let page = String(decoding: try Child.output("curl", ["-s", "--unix-socket", admin, "http://localhost/metrics"]), as: UTF8.self)
        let line = page.split(separator: "\n").first { $0.hasPrefix("tsserver_sent_bytes_total ") }
        return line.flatMap { Int($0.split(separator: " ")[1]) }
    }

    func keep(_ guests: AnyObject...) { self.guests += guests }

    func stop() {
        guests = []
        child.end()
    }

    var state: SessionState? { session?.state }
    var keystrokes: UInt32 { session?.keystrokes ?? 0 }
    var heartbeat: String? { session?.heartbeat }

    /// Waits for the state of the one user's session.
    func reaches(_ state: SessionState, within seconds: Double) -> Bool {
        eventually(within: seconds) { self.state == state }
    }
}
