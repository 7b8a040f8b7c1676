import Testing

/// A switch over faults or policies names each of them, so that a new one does not compile until somebody has thought of it.
@Suite struct SwitchTests {
    private let repository = Repository.shared

    /// Our enumerations that grow, and names of their cases which others have too.
    private static let enumerations = ["Fault", "LivenessPolicy"]
    private static let shared: Set<Substring> = ["none", "some", "clock", "disconnect", "kill"]

    /// Files where a default is right, and why.
    private static let allowed = [
        "CellPlan.swift": "pairs of transport and policy: those with a witness are few",
        "Expectation.swift": "pairs of fault and policy: what nobody claims is unclaimed",
        "LineClaims.swift": "two policies claim something of the line",
        "LineVerdict.swift": "two policies are named in the sentence",
    ]

    @Test func switchesOverFaultsAndPoliciesHaveNoDefault() throws {
        var names: Set<Substring> = []
        for enumeration in Self.enumerations {
            let cases = self.cases(of: enumeration)
            #expect(!cases.isEmpty, "there is no enumeration \(enumeration) any more: mend this test")
            names.formUnion(cases.subtracting(Self.shared))
        }
        var found: Set<String> = []
        for file in repository.files where file.isSource && file.isSwift {
            for (number, block) in switches(in: repository.swift[file.path]?.code ?? []) {
                let patterns = block.filter { $0.hasPrefix("case ") }.map { $0.prefix { $0 != ":" } }
                let mentions = patterns.contains { pattern in
                    pattern.split(separator: ".", omittingEmptySubsequences: false).dropFirst()
                        .contains { names.contains($0.prefix { $0.isLetter || $0.isNumber }) }
                }
                guard mentions, block.contains(where: { $0.hasPrefix("default:") }) else { continue }
                found.insert(file.name)
                if Self.allowed[file.name] == nil {
                    Issue.record("\(file.path):\(number): name the faults or policies instead of default")
                }
            }
        }
        #expect(Set(Self.allowed.keys).subtracting(found) == [], "these need no exception")
    }

    private func cases(of enumeration: String) -> Set<Substring> {
        for file in repository.files where file.isSource && file.isSwift {
            guard let code = repository.swift[file.path]?.code,
                let start = code.firstIndex(where: {
                    $0.split { !$0.isLetter && !$0.isNumber }.suffix(20).contains("enum") && $0.contains("enum \(enumeration):")
                })
            else { continue }
            var cases: Set<Substring> = []
            for line in code[(start + 1)...] {
                if line == "}" { break }
                guard line.hasPrefix("    case ") else { continue }
                for name in line.dropFirst(9).split(separator: ",") {
                    cases.insert(name.drop { $0 == " " || $0 == "`" }.prefix { $0.isLetter || $0.isNumber })
                }
            }
            return cases
        }
        return []
    }

    /// The lines of each switch that its own braces hold, without their indentation, and where it begins.
    private func switches(in code: [Substring]) -> [(line: Int, block: [Substring])] {
        var all: [(line: Int, block: [Substring])] = []
        for (index, line) in code.enumerated() where line.split(separator: " ").contains("switch") && line.hasSuffix("{") {
            var depth = 1
            var block: [Substring] = []
            for line in code[(index + 1)...] {
                if depth == 1 { block.append(line.drop { $0 == " " }) }
                for character in line { depth += character == "{" ? 1 : character == "}" ? -1 : 0 }
                if depth <= 0 { break }
            }
            all.append((index + 1, block))
        }
        return all
    }
}
