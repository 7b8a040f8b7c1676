import EventLoop
import Liveness
import RDP
import Sessions
import Slab
import Time

/// Where logons wait while the clients that are in their way are asked whether they are there.
final class ChallengeDesk {
    /// Most clients asked on behalf of one newcomer: of his own, and of others on a full server.
    static let mostAsked = 16

    private unowned let server: TerminalServer
    private var book: ChallengeBook<SlabHandle>
    private var waiting: [Int: () -> Void] = [:]
    private var timer: Timer?
    private var deadline: MonotonicTime?
    private var sequence: UInt16 = 0
    private var silence = LongestSilent()

    init(server: TerminalServer, timeout: Duration) {
        self.server = server
        book = ChallengeBook(timeout: timeout)
    }

    /// Asks the clients that show the user's Active sessions and, on a full server, those that were silent the longest.
    /// Those that do not answer in time are taken for gone; then `body` is called.
    ///
    /// - Returns: false where there is nobody to ask; `body` is then not called.
    func ask(forLogonOf user: String, serverIsFull: Bool, then body: @escaping () -> Void) -> Bool {
        let own = server.sessions.activeSessions(of: user, most: Self.mostAsked).map { server.token(showing: $0.id) }
        let others = serverIsFull ? longestSilent() : []
        var tokens: [SlabHandle] = []
        for token in own + others where !tokens.contains(token) {
            guard let connection = server.connections[token] else { continue }
            if connection.isActive, connection.endpoint.heartbeatKind != .none { tokens.append(token) }
        }
        guard !tokens.isEmpty else { return false }
        sequence &+= 1
        waiting[book.ask(tokens, at: server.loop.now)] = body
        for token in tokens { server.connections[token]?.sendHeartbeat(sequence: sequence) }
        arm()
        return true
    }

    /// Something was received from the client.
    func heard(_ token: SlabHandle) {
        guard !waiting.isEmpty else { return }
        book.heard(token)
        // Not from within what the client's bytes set off: the verdict ends connections.
        timer = server.loop.after(.zero) { [unowned self] in settle() }
        deadline = nil
    }

    private func longestSilent() -> [SlabHandle] {
        silence.longest(Self.mostAsked, at: server.loop.now, lastHeard: { server.connections[$0]?.lastHeard }) {
            server.connections.elements.lazy.filter(\.isActive).map { ($0.token, $0.lastHeard) }
        }
    }

    private func settle() {
        deadline = nil
        while let verdict = book.next(at: server.loop.now) {
            for token in verdict.dead { server.connections[token]?.abandon(because: .challengeUnanswered) }
            waiting.removeValue(forKey: verdict.id)?()
        }
        arm()
    }

    private func arm() {
        guard let next = book.nextDeadline, deadline.map({ next < $0 }) ?? true else { return }
        deadline = next
        timer = server.loop.at(next) { [unowned self] in settle() }
    }
}
