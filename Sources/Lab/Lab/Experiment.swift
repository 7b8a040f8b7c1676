import Contracts
import EventLoop
import class EventLoop.Timer
import Foundation
import Glibc
import Netlab
import Time

/// The life of every run in the laboratory: start, get ready, be struck, look, stop, and tell of it, whatever ends it.
///
/// To make inside the namespaces that ``PrivateNetwork/reexecute(arguments:)`` makes. A signal, a program's death and an error all
/// end a run by the same way: the programs are stopped in order, and what was seen until then is its outcome.
public final class Experiment {
    /// Time for what is already on its way to be heard, once a run has ended early.
    private static let lastWords = Duration.milliseconds(200)
    private static let lookInterval = Duration.milliseconds(250)

    public private(set) var end = RunEnd()
    let information: RunInformation
    let directory: RunDirectory
    let progress: Progress
    let loop: EventLoop
    let events: EventLog
    private(set) var network: PrivateNetwork!
    private var signals: [SignalWatch] = []
    private var timers: [Timer] = []
    private var endedAt: MonotonicTime?

    /// Prepares the directory: what an earlier run left there is gone.
    public init(directory: String, progress: Progress = Progress(), arguments: [String] = CommandLine.arguments) throws {
        // First of all, so that a signal finds somebody who answers to it.
        loop = try EventLoop()
        information = .current(arguments: arguments)
        self.directory = try RunDirectory(directory)
        self.progress = progress
        events = try EventLog(self.directory.events)
        signals = [(SIGINT, "SIGINT"), (SIGTERM, "SIGTERM"), (SIGHUP, "SIGHUP")].map { number, name in
            loop.onSignal(number) { [unowned self] in conclude(.interrupted, "by \(name)") }
        }
    }

    /// Builds the network; to call once.
    func buildNetwork(serverAddresses: Int, tcpRetries2: Int? = nil) throws -> PrivateNetwork {
        progress.say("building the network")
        let network = try PrivateNetwork(serverAddresses: serverAddresses, tcpRetries2: tcpRetries2)
        self.network = network
        return network
    }

    /// Leads one experiment through its life. A run may be made of several, one after the other; after one that ended early
    /// the next ones do not begin.
    func run<Stages: ExperimentStages>(_ stages: Stages) -> Stages.Outcome {
        if end.ending == .complete {
            endedAt = nil
            do {
                try stages.start()
                let began = loop.now
                timers = [loop.every(Self.lookInterval) { [unowned self] in look(stages, began) }]
                loop.run()
            } catch {
                conclude(.failed, "\(error)")
            }
            timers = []
        }
        let moment = endedAt ?? loop.now
        progress.say("stopping")
        stages.stop()
        events.flush()
        if let trouble = events.trouble { lose("\(trouble)") }
        let outcome = stages.outcome(until: moment)
        progress.done()
        return outcome
    }

    /// All that was to be seen has been seen.
    func finish() {
        guard endedAt == nil else { return }
        endedAt = loop.now
        loop.stop()
    }

    /// The run cannot go on.
    func fail(_ reason: String) { conclude(.failed, reason) }

    /// Takes down that evidence was lost; the run goes on.
    func lose(_ what: String) {
        if !end.lost.contains(what) { end.lost.append(what) }
    }

    private func conclude(_ ending: RunEnding, _ reason: String) {
        guard endedAt == nil else { return }
        endedAt = loop.now
        end.ending = ending
        end.reason = reason
        timers.append(loop.after(Self.lastWords) { [unowned self] in loop.stop() })
    }

    private func look(_ stages: some ExperimentStages, _ began: MonotonicTime) {
        events.flush()
        guard endedAt == nil else { return }
        do {
            switch try stages.look(at: loop.now) {
            case .preparing(let text):
                progress.say(text)
                if loop.now > began + stages.readyLimit { fail("\(stages.notReady())") }
            case .looking(let text): progress.say(text)
            case .over: finish()
            }
        } catch {
            fail("\(error)")
        }
    }
}
