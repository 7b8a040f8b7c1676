import EventLoop
import Faults
import Foundation
import Netlab
import Time

/// A seeded storm over one server in a network of its own, and, where an invariant did not hold, the shortest
/// beginning of it with which one still does not.
///
/// To run inside the namespaces that ``PrivateNetwork/reexecute(arguments:)`` makes.
public final class Stress {
    private let plan: StressPlan
    private let directory: URL
    private let progress: Progress
    private let programs: Programs
    private let network: PrivateNetwork
    private let loop: EventLoop
    private var runs = 0
    private var signals: [SignalWatch] = []
    private var isInterrupted = false

    public init(plan: StressPlan, directory: URL, progress: Progress) throws {
        self.plan = plan
        self.directory = directory
        self.progress = progress
        programs = try Programs()
        loop = try EventLoop()
        try FileManager.default.createDirectory(at: directory.appendingPathComponent("logs"), withIntermediateDirectories: true)
        network = try PrivateNetwork(serverAddresses: 1 + plan.reruns, tcpRetries2: ReproductionPlan.dataRetransmissions)
        signals = [SIGTERM, SIGINT].map { number in
            loop.onSignal(number) { [unowned self] in
                isInterrupted = true
                loop.stop()
            }
        }
    }

    public func run() throws -> StressOutcome {
        let schedule = plan.schedule
        var outcome = try run(schedule)
        progress.done()
        guard !outcome.holds, plan.prefix == nil else { return outcome }
        let shortest = try shortestFailing(schedule)
        outcome.shortestFailingPrefix = shortest
        outcome.shortestFailingCommand = plan.command(prefix: shortest)
        progress.done()
        return outcome
    }

    private func run(_ schedule: StressSchedule) throws -> StressOutcome {
        runs += 1
        let outcome = try StressRun(
            plan, schedule: schedule, number: runs, network: network, programs: programs, directory: directory,
            loop: loop, progress: progress
        ).run()
        if isInterrupted { throw LabError.trouble("interrupted") }
        return outcome
    }

    /// Halves what may be the shortest, so that a failure that comes and goes may make it longer than it need be.
    private func shortestFailing(_ schedule: StressSchedule) throws -> Int {
        var holds = 0
        var fails = schedule.actions.count
        while fails - holds > 1, runs <= plan.reruns {
            let middle = (holds + fails) / 2
            if try run(schedule.prefix(middle)).holds { holds = middle } else { fails = middle }
        }
        return fails
    }
}
