import Ghosts
import Glibc
import SocketDiag
import Time

/// Asks the peers of connections whether they are there, and leaves no option changed.
///
/// An idle socket gets keepalive for the time being, so that its own kernel asks at once: each question is one that the connection
/// itself might have asked. Its descriptor is borrowed for the moment of the change and for the second in which a reset would come.
/// ``step(_:)`` does what is due and says when it wants to be called again.
final class Asker {
    struct Plan {
        /// Unanswered questions that make a proof.
        var questions = 6
        /// At most so many a second, repeated ones included.
        var rate = 5000.0
        /// Ask past the connection where its own kernel cannot be made to.
        var raw = false
        var wayOut: WayOut?
    }

    private(set) var census: Census
    private(set) var cost = AskingCost()
    /// Hears of each verdict as it is reached, with the connection's options put back.
    var onVerdict: (Int, Verdict) -> Void = { _, _ in }

    private let views: [NamespaceView]
    private let plan: Plan
    private let guardian: Guardian
    private var waiting: ArraySlice<Int>
    private var asked: [Inquired] = []
    private var processes = ProcessCache()
    private var tokens = 0.0
    private var lastStep: MonotonicTime?
    private var released: [UInt64] = []
    /// Sockets to put back that are no more where they were.
    private var moved: [GuardRecord] = []

    /// How long a descriptor is kept to see a reset by, and how many at once.
    private static let holding = Duration.milliseconds(1500)
    private static let mostHeld = 4000
    /// Connections changed together: one word with the guardian.
    private static let chunk = GuardianMessage.most
    private static let soon = Duration.milliseconds(20)
    private static let later = Duration.milliseconds(100)

    /// - Parameter chosen: indices of the connections to ask.
    init(_ census: Census, _ chosen: [Int], views: [NamespaceView], plan: Plan, guardian: Guardian) {
        self.census = census
        self.views = views
        self.plan = plan
        self.guardian = guardian
        waiting = chosen[...]
        tokens = min(plan.rate, Double(Self.chunk))
    }

    var isDone: Bool { waiting.isEmpty && asked.isEmpty }

    /// - Returns: when to come again; nil when everybody has a verdict.
    func step(_ now: MonotonicTime) throws -> Duration? {
        spend(now)
        if let way = plan.wayOut, !way.isUp {
            end(all: .cannotAsk(.wayDown))
            return nil
        }
        try lookAtAsked(now)
        try startSome(now)
        release()
        guard !isDone else { return nil }
        if !waiting.isEmpty, tokens >= 1 { return .zero }
        let next = asked.map(\.nextLook).min() ?? now + Self.soon
        return max(.milliseconds(1), waiting.isEmpty ? next - now : min(next - now, Self.soon))
    }

    /// Puts everything back; who has no verdict gets this one.
    func end(all verdict: Verdict) {
        for index in waiting { finish(index, verdict) }
        waiting = []
        let left = asked
        asked = []
        for inquired in left {
            restore(inquired)
            finish(inquired.index, verdict)
        }
        release()
    }

    private func release() {
        if !moved.isEmpty { _ = GuardRecord.restore(moved.map { ($0, .asking) }, &processes) }
        guardian.release(released + moved.map(\.cookie))
        (released, moved) = ([], [])
    }

    /// The budget: what comes in with time goes first to those whose kernels ask again each second.
    private func spend(_ now: MonotonicTime) {
        let elapsed = (lastStep.map { now - $0 } ?? .zero).inSeconds
        lastStep = now
        tokens = min(tokens + (plan.rate - Double(asked.count)) * elapsed, plan.rate / 4 + 1)
    }

    private func finish(_ index: Int, _ verdict: Verdict) {
        census.connections[index].verdict = verdict
        onVerdict(index, verdict)
    }

    // MARK: Beginning

    private func startSome(_ now: MonotonicTime) throws {
        var chosen: [Inquired] = []
        while tokens >= 1, chosen.count < Self.chunk, let index = waiting.popFirst() {
            switch prepare(index) {
            case .success(let inquired):
                tokens -= 1
                chosen.append(inquired)
            case .failure(let refusal): finish(index, .cannotAsk(refusal.reason))
            }
        }
        guard !chosen.isEmpty else { return }
        try guardian.hold(chosen.compactMap(\.record))
        for var inquired in chosen {
            inquired.begin(at: Clock.now, questions: plan.questions)
            if let socket = inquired.held, let saved = inquired.record?.saved {
                let code = socket.change(from: saved, to: .asking)
                guard code == 0 else {
                    restore(inquired)
                    finish(inquired.index, .cannotAsk(.refused(errno: code)))
                    continue
                }
                // A held descriptor keeps a closed connection open: not more of them than a second needs.
                if asked.count >= Self.mostHeld { inquired.held = nil }
            } else {
                askRaw(&inquired, Clock.now)
            }
            asked.append(inquired)
        }
    }

    private struct Refusal: Error { let reason: CannotAsk }

    private func prepare(_ index: Int) -> Result<Inquired, Refusal> {
        let connection = census.connections[index]
        let past = Inquired(index: index, socket: connection.socket)
        func without(_ reason: CannotAsk) -> Result<Inquired, Refusal> {
            plan.raw && view(index).raw != nil ? .success(past) : .failure(Refusal(reason: reason))
        }
        guard connection.socket.inode != 0 else { return without(.notAccepted) }
        guard connection.process != 0, let process = processes[connection.process] else { return without(.noRights) }
        guard let socket = BorrowedSocket(process, descriptor: connection.descriptor, cookie: connection.socket.id.cookie) else {
            switch errno {
            case EPERM, EACCES: return without(.noRights)
            case ESTALE, EBADF: return .failure(Refusal(reason: .descriptorChanged))
            case ESRCH: return .failure(Refusal(reason: .ended))
            default: return .failure(Refusal(reason: .refused(errno: errno)))
            }
        }
        guard let options = socket.options else { return .failure(Refusal(reason: .refused(errno: errno))) }
        guard let info = socket.info, info.state == TCPSocket.established else { return .failure(Refusal(reason: .ended)) }
        census.connections[index].options = options
        var inquired = past
        inquired.held = socket
        inquired.before = info
        inquired.record = GuardRecord(
            cookie: connection.socket.id.cookie, inode: connection.socket.inode,
            holder: SocketHolder(process: connection.process, descriptor: connection.descriptor), saved: options)
        return .success(inquired)
    }

    private func view(_ index: Int) -> NamespaceView { views[census.servers[census.connections[index].server].namespace] }

    private func askRaw(_ inquired: inout Inquired, _ now: MonotonicTime) {
        guard let raw = view(inquired.index).raw, inquired.questionsPast < plan.questions else { return }
        let nonce = UInt32.random(in: 1 ... .max)
        guard raw.ask(inquired.socket.id, sequence: .random(in: 0 ... .max), nonce: nonce) == 0 else { return }
        inquired.nonces.append(nonce)
        inquired.nextQuestion = now + .seconds(1)
    }

    // MARK: Looking

    private func lookAtAsked(_ now: MonotonicTime) throws {
        readResets()
        let due = asked.indices.filter { asked[$0].nextLook <= now }
        guard !due.isEmpty else { return }
        var places = [Int: [Int]]()
        for place in due { places[census.servers[census.connections[asked[place].index].server].namespace, default: []].append(place) }
        var done: Set<Int> = []
        for (namespace, places) in places {
            let sockets = try views[namespace].channel.look(at: places.map { asked[$0].socket.id })
            let now = Clock.now
            for (place, socket) in zip(places, sockets) {
                guard let verdict = judge(place, socket, now) else { continue }
                done.insert(place)
                let inquired = asked[place]
                count(inquired, verdict)
                restore(inquired)
                finish(inquired.index, verdict)
            }
        }
        if !done.isEmpty { asked = asked.indices.filter { !done.contains($0) }.map { asked[$0] } }
    }

    private func judge(_ place: Int, _ socket: TCPSocket?, _ now: MonotonicTime) -> Verdict? {
        guard let socket else { return ended(asked[place]) }
        if asked[place].wasReset { return .reset }
        census.connections[asked[place].index].socket.timerExpires = socket.timerExpires
        // Where data is in flight no keepalive probe goes out.
        if plan.raw, asked[place].nextQuestion <= now, asked[place].record == nil || HeldAtMost.situation(socket) != .idle {
            askRaw(&asked[place], now)
        }
        let past = asked[place].questionsPast
        if let verdict = asked[place].inquiry?.hear(socket, extra: past, at: now) { return verdict }
        if asked[place].held != nil {
            if let holder = asked[place].record?.holder, !ProcessScan.holds(holder, inode: socket.inode) {
                return .cannotAsk(.closedByServer)
            }
            if now - asked[place].askedAt >= Self.holding { asked[place].held = nil }
        }
        asked[place].nextLook = now + (now - asked[place].askedAt < .seconds(1) ? Self.soon : Self.later)
        return nil
    }

    /// The kernel has no such connection any more. A socket that is closed though somebody holds it was reset; one that its program
    /// closed lives on for as long as it is held here.
    private func ended(_ inquired: Inquired) -> Verdict {
        if let socket = inquired.held ?? inquired.record?.borrow(&processes) {
            return socket.info?.state == TCPSocket.closed ? .reset : .cannotAsk(.ended)
        }
        return .cannotAsk(.ended)
    }

    private func readResets() {
        guard plan.raw, asked.contains(where: { !$0.nonces.isEmpty }) else { return }
        for (namespace, view) in views.enumerated() {
            view.raw?.readResets { local, peer, sequence in
                for place in asked.indices where asked[place].nonces.contains(sequence) {
                    let connection = census.connections[asked[place].index]
                    if census.servers[connection.server].namespace == namespace, connection.socket.id.localPort == local,
                        connection.socket.id.peerPort == peer
                    {
                        asked[place].wasReset = true
                    }
                }
            }
        }
    }

    // MARK: Ending

    private func count(_ inquired: Inquired, _ verdict: Verdict) {
        switch verdict {
        case .answered(let after):
            cost.add(questions: 1 + Int(after.inSeconds), answers: 1, to: inquired.socket)
        case .reset: cost.add(questions: 1, answers: 1, to: inquired.socket)
        case .gone(let questions, _): cost.add(questions: questions, answers: 0, to: inquired.socket)
        case .notAsked, .cannotAsk: break
        }
    }

    private func restore(_ inquired: Inquired) {
        guard let record = inquired.record else { return }
        if let socket = inquired.held ?? record.borrow(&processes) {
            _ = socket.restore(record.saved, changed: .asking)
            released.append(record.cookie)
        } else {
            moved.append(record)
        }
    }
}
