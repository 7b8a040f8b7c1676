import Describing

extension LivenessPolicy {
    /// Every rule there is. A new one is a file in `Policies/` and a word here.
    public static let known: [any LivenessRule.Type] = [
        NoPolicy.self, TCPKeepalive.self, TCPUserTimeout.self, Heartbeat.self, ClockPolicy.self, ChallengePolicy.self,
        LineAware.self, PhiAccrual.self, SPXWatchdog.self, NBFWatchdog.self,
    ]

    /// Their names, as the command line takes them.
    public static var names: [String] { known.map { $0.name } }

    /// What help texts and tables say of each.
    public static var entries: [DescriptionEntry] { known.map { $0.entry } }

    /// The rules with their parameters and limits, for a help screen of 80 columns.
    public static var help: String {
        HelpText.entries(entries) + "\n  Several work side by side with '+' between them, such as\n"
            + "      tcp-keepalive:time=10s+tcp-user-timeout:timeout=20s"
    }
}

extension LivenessPolicy: CustomStringConvertible {
    /// Reads `heartbeat:interval=5s,misses=3`, or several such with `+` between them; a parameter that is left out has the
    /// standard value.
    public init(parsing text: String) throws(DescriptionError) {
        var rules: [any LivenessRule] = []
        for part in Self.parts(of: text) { rules.append(try Self.rule(part)) }
        try self.init(rules)
    }

    public var description: String { rules.map(\.text).joined(separator: "+") }

    /// Parted at each `+` that a rule's name follows: a path may have one, too.
    private static func parts(of text: String) -> [Substring] {
        var parts: [Substring] = []
        for piece in text.split(separator: "+", omittingEmptySubsequences: false) {
            let name = piece.prefix { $0 != ":" }
            if let last = parts.last, !known.contains(where: { $0.name == name }) {
                parts[parts.count - 1] = text[last.startIndex..<piece.endIndex]
            } else {
                parts.append(piece)
            }
        }
        return parts
    }

    private static func rule(_ text: Substring) throws(DescriptionError) -> any LivenessRule {
        let parts = text.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
        guard let type = known.first(where: { $0.name == parts[0] }) else {
            let wrong = parts[0].split(separator: "+").first { name in !known.contains { $0.name == name } }
            throw .unknown("liveness policy", wrong ?? parts[0], known: names)
        }
        return try read(type, parts.count == 2 ? parts[1] : "")
    }

    private static func read<Rule: LivenessRule>(_: Rule.Type, _ text: Substring) throws(DescriptionError) -> any LivenessRule {
        var rule = Rule.standard
        do {
            try ParameterText.read(text, of: Rule.name, Rule.parameters, into: &rule)
        } catch {
            guard let plus = text.lastIndex(of: "+") else { throw error }
            let name = text[text.index(after: plus)...].prefix { $0 != ":" }
            throw DescriptionError("\(error); '\(name)' behind the '+' is no policy")
        }
        return rule
    }

    /// Reads what several `--policy` options say: policies separated by `;`, or by `,` where no parameter follows, as in
    /// `none,heartbeat:interval=3s,misses=3;clock`.
    public static func list(_ texts: [String]) throws(DescriptionError) -> [LivenessPolicy] {
        var policies: [LivenessPolicy] = []
        for text in texts.flatMap(split) { policies.append(try LivenessPolicy(parsing: text)) }
        return policies
    }

    private static func split(_ text: String) -> [String] {
        text.split(separator: ";").flatMap { group in
            group.split(separator: ",").reduce(into: [String]()) { policies, part in
                // A parameter's '=' comes before any colon: what is behind that belongs to the next rule, or to a path.
                let isParameter = part.prefix { $0 != ":" }.contains("=")
                if isParameter, let last = policies.last {
                    policies[policies.count - 1] = last + "," + part
                } else {
                    policies.append(String(part))
                }
            }
        }
    }
}
