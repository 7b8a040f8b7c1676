import Describing
import Time

extension FaultPlan: CustomStringConvertible {
    private static let longest = Duration.seconds(30 * 86_400)

    /// What can be said of every fault, behind its name.
    public static let parameters: [Parameter<FaultPlan>] = [
        .part("share", "how many of the clients it strikes", \.share),
        .duration("at", "when, counted from the moment that every client is logged on or has failed", \.at, in: .zero...longest),
        .duration("over", "over how long they are struck, one after another", \.over, in: .zero...longest),
        .duration("lasting", "how long it lasts, if it is one that is over after a while", \.lasting, in: .zero...longest),
    ]

    /// Reads `power-off:share=50%,at=10s,over=2s,lasting=5s`; what is left out has the default of ``init(_:share:at:over:lasting:)``.
    public init(parsing text: String) throws(DescriptionError) {
        let parts = text.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
        guard let fault = Fault(rawValue: String(parts[0])) else {
            throw .unknown("fault", parts[0], known: Fault.allCases.map(\.rawValue))
        }
        self.init(fault)
        try ParameterText.read(parts.count == 2 ? parts[1] : "", of: fault.rawValue, Self.parameters, into: &self)
    }

    public var description: String { ParameterText.write(fault.rawValue, Self.parameters, of: self) }

    /// What help texts and tables say of the parameters.
    public static var entry: DescriptionEntry {
        DescriptionEntry(
            name: "fault", summary: "when a fault strikes whom, for how long", parameters, standard: FaultPlan(.powerOff))
    }

    /// The faults and what can be said of each, for a help screen of 80 columns.
    public static var help: String {
        let each = entry.parameters.map { parameter in
            (parameter.name + "=" + (parameter.standard ?? ""), parameter.help + (parameter.values.limits.map { " (\($0))" } ?? ""))
        }
        return Fault.help + "\n  each with, behind a colon and separated by commas:\n" + HelpText.list(each, indent: 4)
    }
}
