import Ghosts
import SocketDiag
import Time

/// Ends one connection, or tells that it would.
struct Ending {
    let connection: Connection
    let server: Server
    private let channel: DiagChannel

    init(_ census: Census, _ index: Int, views: [NamespaceView]) {
        connection = census.connections[index]
        server = census.servers[connection.server]
        channel = views[server.namespace].channel
    }

    /// Whether the peer is gone, even at this moment: an answer that has come since the verdict counts.
    func isProven(_ verdict: Verdict) throws(SocketDiagError) -> Bool {
        switch verdict {
        case .reset: return true
        case .gone(_, let silence):
            guard let now = try channel.look(at: [connection.socket.id])[0], let info = now.info else { return false }
            return Duration.milliseconds(info.silence) >= silence
        case .notAsked, .answered, .cannotAsk: return false
        }
    }

    /// A socket that a reset has ended already needs nothing more.
    func carryOut(_ verdict: Verdict) throws(SocketDiagError) { _ = try channel.destroy(connection.socket.id) }

    /// The server, the peer, how long it was silent, what was asked and what came.
    func text(_ verdict: Verdict, dryRun: Bool) -> String {
        let what: String
        switch verdict {
        case .gone(let questions, let silence):
            what = "silent \(DurationText.brief(silence)), \(questions) questions and no answer"
        default: what = "silent \(DurationText.brief(connection.silence)), asked once, answered by a reset"
        }
        let verb = dryRun ? "would end" : "ended"
        return "\(verb) \(connection.socket.peer) at \(Listing.server(server, most: 22)): \(what)"
    }
}
