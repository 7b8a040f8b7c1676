import EventLoop
import Faults
import Liveness
import Random
import TerminalClient

/// What reads text that people write: a text that is taken must say the same when it is written out and read again.
enum TextTargets {
    @Sendable static func fault(_ bytes: [UInt8]) {
        guard let plan = try? FaultPlan(parsing: String(decoding: bytes, as: UTF8.self)) else { return }
        guard let again = try? FaultPlan(parsing: plan.description) else { fatalError("not read back: \(plan)") }
        if again != plan { fatalError("read back as another: \(plan), \(again)") }
        var generator = SeededGenerator(seed: 1)
        let schedule = plan.schedule(among: Array(0..<7), using: &generator)
        if schedule.count > 7 || !(schedule.map(\.at) == schedule.map(\.at).sorted()) { fatalError("a schedule out of order") }
    }

    @Sendable static func policy(_ bytes: [UInt8]) {
        guard let policy = try? LivenessPolicy(parsing: String(decoding: bytes, as: UTF8.self)) else { return }
        guard let again = try? LivenessPolicy(parsing: policy.description) else { fatalError("not read back: \(policy)") }
        if again != policy { fatalError("read back as another: \(policy), \(again)") }
    }

    @Sendable static func schedule(_ bytes: [UInt8]) {
        guard let schedule = try? StressSchedule(parsing: String(decoding: bytes, as: UTF8.self)) else { return }
        guard let again = try? StressSchedule(parsing: schedule.description) else { fatalError("not read back: \(schedule)") }
        if again != schedule { fatalError("read back as another: \(schedule), \(again)") }
    }

    @Sendable static func script(_ bytes: [UInt8]) {
        let text = String(decoding: bytes, as: UTF8.self)
        guard let script = try? ClientScript(parsing: text) else { return }
        if script.actions.count > text.count { fatalError("more actions than characters") }
    }

    @Sendable static func address(_ bytes: [UInt8]) {
        guard let address = SocketAddress(parsing: String(decoding: bytes, as: UTF8.self)) else { return }
        if SocketAddress(parsing: address.description) != address { fatalError("read back as another: \(address)") }
    }
}
