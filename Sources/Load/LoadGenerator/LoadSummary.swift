import Faults

/// What a load did, in numbers; those of several workers add up.
public struct LoadSummary: Codable, Equatable, Sendable {
    public var clients = 0
    public var loggedOn = 0
    /// Seconds from the first client's start to the last one's desktop.
    public var logonSeconds = 0.0
    public var struck: [String: Int] = [:]
    /// Users who came back, and how that went.
    public var returned = 0
    public var resumed = 0
    public var blocked = 0
    public var refused = 0
    public var altered = 0
    /// Clients that never had a desktop or lost it with no fault of ours, by reason.
    public var failures: [String: Int] = [:]
    /// What of the evidence is missing, by what it is and why: truths that were not written, faults that were not injected.
    public var lost: [String: Int] = [:]

    public init() {}

    public mutating func add(_ other: LoadSummary) {
        clients += other.clients
        loggedOn += other.loggedOn
        logonSeconds = max(logonSeconds, other.logonSeconds)
        struck.merge(other.struck, uniquingKeysWith: +)
        returned += other.returned
        resumed += other.resumed
        blocked += other.blocked
        refused += other.refused
        altered += other.altered
        failures.merge(other.failures, uniquingKeysWith: +)
        lost.merge(other.lost, uniquingKeysWith: +)
    }

    /// Clients that a fault was to strike, or to leave again, and did not.
    mutating func lose(_ clients: Int, _ fault: Fault, _ error: any Error, healing: Bool) {
        lost["clients did not \(healing ? "recover from" : "meet") \(fault.rawValue): \(error)", default: 0] += clients
    }

    public var failed: Int { failures.values.reduce(0, +) }

    /// A sentence for each thing that was lost, the most frequent first.
    public var losses: [String] { Self.byCount(lost).map { "\($0.value) \($0.key)" } }

    private static func byCount(_ counts: [String: Int]) -> [(key: String, value: Int)] {
        counts.sorted { ($1.value, $0.key) < ($0.value, $1.key) }
    }

    /// The summary for people, a line a fact.
    public var text: String {
        var lines = ["clients    \(loggedOn) of \(clients) logged on in \(hundredths(logonSeconds)) s"]
        for (fault, count) in struck.sorted(by: { $0.key < $1.key }) { lines.append("fault      \(count) \(fault)") }
        if returned > 0 {
            lines.append("returned   \(returned): \(resumed) resumed, \(blocked) blocked, \(refused) refused, \(altered) altered")
        }
        for (reason, count) in Self.byCount(failures) { lines.append("failed     \(count): \(reason)") }
        for loss in losses { lines.append("lost       \(loss)") }
        return lines.joined(separator: "\n")
    }

    private func hundredths(_ seconds: Double) -> String {
        let whole = Int((seconds * 100).rounded())
        return "\(whole / 100).\(whole % 100 < 10 ? "0" : "")\(whole % 100)"
    }
}
