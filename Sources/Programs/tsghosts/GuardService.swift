import CLinux
import Ghosts
import Glibc
import SocketDiag
import Time

/// A guard's one loop: signals, visitors of its metrics, and whatever is due of looking and asking.
final class GuardService {
    private let views: [NamespaceView]
    private let filter: ConnectionFilter
    private let asking: AskingOptions
    private let isAsking: Bool
    private let ends: Bool
    private let setter: Setter?
    private let every: Duration
    private let server: MetricsServer?
    private let guardian: Guardian
    private let manager = ServiceManager()
    private let signals: Int32
    private var counters = GuardCounters()
    private var asker: Asker?
    private var costBefore = AskingCost()
    /// Ghosts told of already, which are not ended: by cookie, so as to count each once.
    private var known: Set<UInt64> = []
    private var nextLook = Clock.now
    private var nextSign: MonotonicTime

    init(
        views: [NamespaceView], filter: ConnectionFilter, asking: AskingOptions, isAsking: Bool, ends: Bool, change: OptionsChange?,
        every: Duration, metrics: String?
    ) throws {
        DescriptorLimit.raise()
        self.views = views
        self.filter = filter
        self.asking = asking
        self.isAsking = isAsking
        self.ends = ends
        self.every = every
        setter = change.map { Setter($0, undo: nil) }
        server = try metrics.map { try MetricsServer($0) }
        guardian = try Guardian()
        signals = linux_open_end_signals()
        nextSign = Clock.now
    }

    deinit { close(signals) }

    /// - Returns: the signal that ended it.
    func run() throws -> Int32 {
        try look(Clock.now)
        manager.say("READY=1\nSTATUS=looking every \(DurationText.format(every))")
        GuardLog.say("ready")
        while true {
            let wait = try step(Clock.now)
            var waits = [pollfd(fd: signals, events: Int16(POLLIN), revents: 0)] + (server?.waits ?? [])
            poll(&waits, nfds_t(waits.count), Int32(clamping: (wait.nanoseconds + 999_999) / 1_000_000))
            let signal = linux_next_signal(signals)
            if signal != 0 {
                asker?.end(all: .cannotAsk(.interrupted))
                manager.say("STOPPING=1")
                GuardLog.say("stopped", ["signal": "\(signal)"])
                return signal
            }
        }
    }

    private func step(_ now: MonotonicTime) throws -> Duration {
        server?.serve(now) { counters.page }
        var wait = Duration.seconds(1)
        if let asker {
            if let next = try asker.step(now) { wait = min(wait, next) } else { self.asker = nil }
        } else if now >= nextLook {
            do {
                try look(now)
            } catch let error as SocketDiagError {
                counters.failures += 1
                GuardLog.say("failure", ["error": "\(error)"])
            }
            wait = .zero
        } else {
            wait = min(wait, nextLook - now)
        }
        // Half the time it is given (sd_watchdog_enabled(3)).
        if let watchdog = manager.watchdog {
            if now >= nextSign {
                manager.say("WATCHDOG=1")
                nextSign = now + watchdog / 2
            }
            wait = min(wait, nextSign - now)
        }
        return wait
    }

    private func look(_ now: MonotonicTime) throws {
        nextLook = now + every
        counters.rounds += 1
        var all = filter
        all.silent = nil
        // Options are for all, questions for the silent.
        let survey = try Survey.take(views, all)
        counters.connections = [:]
        for connection in survey.census.connections {
            counters.connections[GuardCounters.key(survey.census.servers[connection.server]), default: 0] += 1
        }
        if let setter {
            let outcome = try setter.apply(to: survey)
            if outcome.changed + outcome.failed > 0 {
                GuardLog.say("set", ["changed": "\(outcome.changed)", "failed": "\(outcome.failed)"])
            }
            for (server, count) in outcome.changedByServer { counters[server].set += count }
        }
        guard isAsking else { return }
        known.formIntersection(survey.census.connections.map(\.socket.id.cookie))
        let silent = survey.census.worstFirst().filter {
            let connection = survey.census.connections[$0]
            return filter.admits(connection.socket) && !known.contains(connection.socket.id.cookie)
        }
        guard !silent.isEmpty else { return }
        costBefore = AskingCost()
        let asker = Asker(survey.census, silent, views: views, plan: asking.plan(views[0]), guardian: guardian)
        asker.onVerdict = { [unowned self, unowned asker] in hear($0, $1, asker) }
        self.asker = asker
    }

    private func hear(_ index: Int, _ verdict: Verdict, _ asker: Asker) {
        let ending = Ending(asker.census, index, views: views)
        let cost = asker.cost
        counters[ending.server].questions += cost.questions - costBefore.questions
        counters[ending.server].packets += cost.packets - costBefore.packets
        counters[ending.server].bytes += cost.bytes - costBefore.bytes
        costBefore = cost
        switch verdict {
        case .answered: counters[ending.server].answered += 1
        case .cannotAsk: counters[ending.server].unasked += 1
        case .gone, .reset: found(ending, verdict)
        case .notAsked: break
        }
    }

    private func found(_ ending: Ending, _ verdict: Verdict) {
        do throws(SocketDiagError) {
            guard try ending.isProven(verdict) else { return }
            counters[ending.server].found += 1
            counters[ending.server].heldSeconds += ending.connection.silence.inSeconds
            var fields = [
                "server": ending.server.shown, "port": "\(ending.server.port)", "peer": "\(ending.connection.socket.peer)",
                "silent": DurationText.brief(ending.connection.silence), "verdict": verdict.name,
            ]
            if case .gone(let questions, _) = verdict { fields["questions"] = "\(questions)" }
            if ends {
                try ending.carryOut(verdict)
                counters[ending.server].ended += 1
                GuardLog.say("ended", fields)
            } else {
                known.insert(ending.connection.socket.id.cookie)
                GuardLog.say("found", fields)
            }
        } catch {
            counters.failures += 1
            known.insert(ending.connection.socket.id.cookie)
            GuardLog.say("failure", ["error": "\(error)", "peer": "\(ending.connection.socket.peer)"])
        }
    }
}
