import ArgumentParser
import Faults
import Line
import Liveness
import ProgramOptions
import Transport

/// Reads options that name several things of a kind; at least one of them, and none empty.
extension OptionValue {
    static func transports(_ text: String) throws -> [TransportKind] {
        try parsed("--transport", text) { try TransportKind.list($0) }
    }

    /// Names parted by commas or given one by one.
    static func faults(_ texts: [String]) throws -> [Fault] {
        try texts.flatMap { text in
            let names = try list("--fault", text, form: "faults like power-off,hang")
            return try parsed("--fault", text) { _ in try Fault.list(names) }
        }
    }

    static func policies(_ texts: [String]) throws -> [LivenessPolicy] {
        try texts.flatMap { text in
            let policies = try parsed("--policy", text) { try LivenessPolicy.list([$0]) }
            if policies.isEmpty { throw wrong("--policy", "policies like 'none;heartbeat:interval=5s,misses=3'", text) }
            return policies
        }
    }

    /// Lines parted by `;`, nil for none between clients and server.
    static func lines(_ text: String) throws -> [LinePlan?] {
        try list("--line", text, by: ";", form: "lines like 'isdn-64k;lte', or none").map { $0 == "none" ? nil : try line("--line", $0) }
    }

    static func line(_ option: String, _ text: String) throws -> LinePlan { try parsed(option, text) { try LinePlan(parsing: $0) } }

    static func tariff(_ text: String) throws -> Tariff { try parsed("--tariff", text) { try Tariff(parsing: $0) } }

    static func durations(_ option: String, _ text: String, in limits: ClosedRange<Duration>) throws -> [Duration] {
        try list(option, text, form: "durations like 30s,5m").map { try duration(option, $0, in: limits) }
    }

    static func seed(_ text: String) throws -> UInt64 { try whole("--seed", text, in: 0...UInt64.max) }
}
