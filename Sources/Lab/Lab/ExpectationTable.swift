import Describing
import Faults
import Foundation
import Liveness
import Time
import Transport

/// Every combination of a fault, a policy and a transport, with what a run claims of it or why it claims nothing.
public enum ExpectationTable {
    /// One combination.
    struct Entry {
        let transport: TransportKind
        let policy: LivenessPolicy
        let fault: Fault
        let isBusy: Bool
        let expectation: Expectation
    }

    /// The policies of the table: each rule with its standard parameters, and those together that change one another.
    static let policies: [LivenessPolicy] =
        LivenessPolicy.known.map { standard($0) }
        + ["tcp-keepalive:time=10s+tcp-user-timeout:timeout=20s"].compactMap {
            try? LivenessPolicy(parsing: $0)
        }

    private static func standard<Rule: LivenessRule>(_: Rule.Type) -> LivenessPolicy { LivenessPolicy(Rule.standard) }

    /// Long enough for every policy.
    private static let horizon = Duration.seconds(30 * 86_400)

    static var entries: [Entry] {
        TransportKind.allCases.flatMap { transport in
            [false, true].flatMap { isBusy in
                policies.filter { $0.isKnown(to: transport.rawValue) }.flatMap { policy in
                    Fault.allCases.map { fault in entry(transport, policy, fault, isBusy: isBusy) }
                }
            }
        }
    }

    static func entry(_ transport: TransportKind, _ policy: LivenessPolicy, _ fault: Fault, isBusy: Bool) -> Entry {
        let plan = CellPlan(transport: transport, policy: policy, fault: fault, isBusy: isBusy, faulted: 1, healthy: 1)
        return Entry(
            transport: transport, policy: policy, fault: fault, isBusy: isBusy,
            expectation: Expectation(plan, horizon: horizon))
    }

    private static func seconds(_ bound: Double) -> String { String(format: "%g s", (bound * 10).rounded(.up) / 10) }

    /// The table and, below it, why nothing is claimed where that is so.
    public static var markdown: String {
        var reasons: [String] = []
        func cell(_ entry: Entry) -> String {
            switch entry.expectation {
            case .never: return "never"
            case .within(let bound): return "≤ \(seconds(bound))"
            case .onReturn: return "on return"
            case .told(let bound): return "told, ≤ \(seconds(bound))"
            case .kept: return "kept"
            case .unclaimed(let reason):
                if !reasons.contains(reason) { reasons.append(reason) }
                return "(\((reasons.firstIndex(of: reason) ?? 0) + 1))"
            }
        }
        let all = entries
        let tables = TransportKind.allCases.flatMap { transport in
            [false, true].map { isBusy in
                let rows = policies.compactMap { policy -> [String]? in
                    let row = all.filter { $0.transport == transport && $0.isBusy == isBusy && $0.policy == policy }
                    return row.isEmpty ? nil : ["`\(policy)`"] + row.map(cell)
                }
                return "### \(transport.rawValue), \(isBusy ? "busy" : "idle") sessions\n\n"
                    + HelpText.markdown(["policy"] + Fault.allCases.map(\.rawValue), rows)
            }
        }
        let list = reasons.enumerated().map { "\($0.offset + 1). \($0.element)" }.joined(separator: "\n")
        return tables.joined(separator: "\n\n") + "\n\n### Where nothing is claimed\n\n" + list
    }
}
