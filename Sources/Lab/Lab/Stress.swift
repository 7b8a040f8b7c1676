import Faults
import Foundation
import Netlab
import Time

/// A seeded storm over one server in a network of its own, and, where an invariant did not hold, the shortest
/// beginning of it with which one still does not.
public final class Stress {
    private let plan: StressPlan
    private let experiment: Experiment
    private var runs = 0

    private init(_ plan: StressPlan, in experiment: Experiment) {
        self.plan = plan
        self.experiment = experiment
    }

    public static func run(_ plan: StressPlan, in experiment: Experiment) -> StressOutcome {
        Stress(plan, in: experiment).run()
    }

    private func run() -> StressOutcome {
        let schedule = plan.schedule
        var outcome = run(schedule)
        if !outcome.holds, plan.prefix == nil, experiment.end.ending == .complete {
            let shortest = shortestFailing(schedule)
            outcome.shortestFailingPrefix = shortest
            outcome.shortestFailingCommand = plan.command(prefix: shortest)
        }
        outcome.complete(experiment)
        return outcome
    }

    private func run(_ schedule: StressSchedule) -> StressOutcome {
        runs += 1
        return experiment.run(StressRun(plan, schedule: schedule, number: runs, in: experiment))
    }

    /// Halves what may be the shortest, so that a failure that comes and goes may make it longer than it need be.
    private func shortestFailing(_ schedule: StressSchedule) -> Int {
        var holds = 0
        var fails = schedule.actions.count
        while fails - holds > 1, runs <= plan.reruns {
            let middle = (holds + fails) / 2
            let outcome = run(schedule.prefix(middle))
            guard experiment.end.ending == .complete else { break }
            if outcome.holds { holds = middle } else { fails = middle }
        }
        return fails
    }
}
