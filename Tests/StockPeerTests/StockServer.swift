import Foundation
import Glibc
import Sessions

/// A tsserver as it is built, with its admin face.
final class StockServer {
    let port: String
    private let child: Child
    private let admin: String

    private struct Listed: Decodable {
        var session: UInt32
        var state: SessionState
        var user: String?
        var heartbeat: String?
        var keystrokes: UInt32
    }

    init(_ options: [String]) throws {
        // A UNIX socket's path may be no longer than 107 bytes.
        admin = "/tmp/tslab-\(getpid())-\(UInt32.random(in: 0...UInt32.max)).sock"
        child = try Child(Scratch.program("tsserver"), [
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

    private var session: Listed? { sessions.first { $0.user == "anna" } }

    var state: SessionState? { session?.state }
    var keystrokes: UInt32 { session?.keystrokes ?? 0 }
    var heartbeat: String? { session?.heartbeat }

    /// Waits for the state of the one user's session.
    func reaches(_ state: SessionState, within seconds: Double) -> Bool {
        eventually(within: seconds) { self.state == state }
    }
}
