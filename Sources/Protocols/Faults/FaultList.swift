import Describing

extension Fault: CaseIterable {
    /// Every fault there is. A new one is a file in `Kinds/` and a word here.
    public static let allCases: [Fault] = [.powerOff, .reboot, .hang, .freeze, .kill, .linkCut, .disconnect, .logoff]

    /// Reads the names of faults, separated by commas or given one by one.
    public static func list(_ texts: [String]) throws(DescriptionError) -> [Fault] {
        var faults: [Fault] = []
        for name in texts.flatMap({ $0.split(separator: ",") }) {
            guard let fault = Fault(rawValue: String(name)) else {
                throw .unknown("fault", name, known: allCases.map(\.rawValue))
            }
            faults.append(fault)
        }
        return faults
    }

    /// For a help screen of 80 columns.
    public static var help: String { HelpText.list(entries.map { ($0.name, $0.summary) }) }

    /// What help texts and tables say of each.
    public static var entries: [DescriptionEntry] {
        allCases.map { DescriptionEntry(name: $0.rawValue, summary: $0.traits.summary) }
    }
}
