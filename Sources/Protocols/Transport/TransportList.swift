import Describing

extension TransportKind: CaseIterable {
    /// Every transport there is. A new one is a folder here, with its description, and a word in this list.
    public static let allCases: [TransportKind] = [.tcp, .spx, .nbf]

    /// Reads `tcp,spx,nbf`: one or more of them, each once.
    public static func list(_ text: String) throws(DescriptionError) -> [TransportKind] {
        var kinds: [TransportKind] = []
        for name in text.split(separator: ",") {
            guard let kind = TransportKind(rawValue: String(name)) else {
                throw .unknown("transport", name, known: allCases.map(\.rawValue))
            }
            kinds.append(kind)
        }
        guard !kinds.isEmpty, Set(kinds).count == kinds.count else {
            throw DescriptionError("name each transport once, like \(allCases.map(\.rawValue).joined(separator: ",")), not '\(text)'")
        }
        return kinds
    }

    /// What help texts and tables say of each.
    public static var entries: [DescriptionEntry] {
        allCases.map { DescriptionEntry(name: $0.rawValue, summary: $0.traits.summary) }
    }

    /// For a help screen of 80 columns.
    public static var help: String { HelpText.list(entries.map { ($0.name, $0.summary) }) }
}
