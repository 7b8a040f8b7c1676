/// What `tslab doctor` found: whether this machine can run the lab, and what it lacks.
public struct MachineReport: Codable, Equatable, Sendable {
    /// The version of this structure; a new field does not raise it.
    public var schema = 1
    /// Of the program that looked.
    public let version: String
    /// Whether everything that is required is there.
    public let isReady: Bool
    public let checks: [MachineCheck]

    public init(version: String, checks: [MachineCheck]) {
        self.version = version
        self.checks = checks
        isReady = checks.allSatisfy { !$0.isRequired || $0.state == .ok }
    }

    /// A line for each check; below what is missing, who needs it and the remedies.
    public var text: String {
        let width = checks.map(\.name.count).max() ?? 0
        var lines: [String] = []
        for check in checks {
            let name = check.name + String(repeating: " ", count: width - check.name.count)
            let extra = check.isRequired || check.state == .ok ? "" : " (optional)"
            lines.append("\(check.state.label)  \(name)  \(check.found)\(extra)")
            guard check.state == .missing else { continue }
            lines.append("           needed by: \(check.neededBy)")
            lines += check.remedies.map { "           remedy: \($0)" }
        }
        return (lines + ["", verdict]).joined(separator: "\n")
    }

    private var verdict: String {
        let lacking = checks.filter { $0.isRequired && $0.state != .ok }.map(\.name)
        return isReady
            ? "This machine can run the lab." : "This machine cannot run all of the lab yet: \(lacking.joined(separator: ", "))."
    }
}

extension MachineCheck.State {
    fileprivate var label: String {
        switch self {
        case .ok: "OK     "
        case .missing: "MISSING"
        case .unknown: "UNKNOWN"
        }
    }
}
