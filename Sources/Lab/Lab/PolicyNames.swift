import Contracts

/// Short names for the policies of a run, such that two settings of one policy have two names: `heartbeat interval=3s` and
/// `heartbeat interval=15s`. A policy that is there in one setting has its bare name.
struct PolicyNames {
    private let settings: [String: Set<String>]

    init(_ cells: [CellResult]) {
        settings = Dictionary(grouping: cells, by: \.policy).mapValues { Set($0.map(\.policyParameters)) }
    }

    func name(of cell: CellResult) -> String {
        guard let settings = settings[cell.policy], settings.count > 1 else { return cell.policy }
        let others = settings.map(Self.parameters)
        let own = Self.parameters(cell.policyParameters)
        let telling = own.filter { parameter in !others.allSatisfy { $0.contains(parameter) } }
        return telling.isEmpty ? cell.policyParameters : ([cell.policy] + telling).joined(separator: " ")
    }

    /// Of `heartbeat:interval=3s,misses=3` the parts behind the name.
    private static func parameters(_ text: String) -> [String] {
        text.split(separator: ":", maxSplits: 1).dropFirst().first?.split(separator: ",").map(String.init) ?? []
    }
}

/// What the curves of a report are called: over TCP the policy, over the others the protocol, whose watchdog is always there,
/// and over several lines the line.
struct CurveNames {
    private let policies: PolicyNames
    private let hasSeveralLines: Bool

    init(_ cells: [CellResult]) {
        policies = PolicyNames(cells)
        hasSeveralLines = Set(cells.map(\.line.line)).count > 1
    }

    func name(of cell: CellResult) -> String {
        let policy = policies.name(of: cell)
        let name = cell.transport == "tcp" ? policy : cell.transport + (cell.policy == "none" ? "" : ", \(policy)")
        guard hasSeveralLines else { return name }
        return name + " over " + (cell.line.line?.split(separator: ":").first.map(String.init) ?? "no line")
    }
}
