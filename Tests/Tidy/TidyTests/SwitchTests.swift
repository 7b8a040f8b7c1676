import Testing

/// A switch over one of our enumerations that may grow names each case, so that a new one does not compile until somebody has
/// thought of it. Faults, policies and transports are descriptions, over which nobody can switch.
@Suite struct SwitchTests {
    private let repository = Repository.shared

    private static let enumerations: Set<Substring> = ["SessionState", "ChangeReason", "TrafficClass", "LineState", "LineDrop"]

    /// Files where a default is right, and why.
    private static let allowed = [
        "ErrorInfo.swift": "an open set of numbers: a server may send any",
        "LinkMachine+Receiving.swift": "pairs of a frame and a phase: what a phase does not expect is ignored",
    ]

    @Test func switchesOverGrowingEnumerationsHaveNoDefault() {
        let owners = owners
        for enumeration in Self.enumerations {
            #expect(owners.values.contains { $0.contains(enumeration) }, "there is no enumeration \(enumeration) any more")
        }
        // A name that other enumerations have as well tells nothing.
        let names = Set(owners.filter { $0.value.isSubset(of: Self.enumerations) }.keys)
        var found: Set<String> = []
        for file in repository.files where file.isSource && file.isSwift {
            for (number, block) in switches(in: repository.swift[file.path]?.code ?? []) {
                let mentions = block.filter { $0.hasPrefix("case ") }.map { $0.prefix { $0 != ":" } }.contains { pattern in
                    pattern.split(separator: ".", omittingEmptySubsequences: false).dropFirst()
                        .contains { names.contains($0.prefix { $0.isLetter || $0.isNumber }) }
                }
                guard mentions, block.contains(where: { $0.hasPrefix("default:") }) else { continue }
                found.insert(file.name)
                if Self.allowed[file.name] == nil { Issue.record("\(file.path):\(number): name the cases instead of default") }
            }
        }
        #expect(Set(Self.allowed.keys).subtracting(found) == [], "these need no exception")
    }

    /// Every case of every enumeration, and which enumerations have it.
    private var owners: [Substring: Set<Substring>] {
        var owners: [Substring: Set<Substring>] = [:]
        for file in repository.files where file.isSource && file.isSwift {
            // Enumerations that are open, by their indentation.
            var open: [(indentation: Int, name: Substring)] = []
            for line in repository.swift[file.path]?.code ?? [] {
                let bare = line.drop { $0 == " " }
                let indentation = line.count - bare.count
                while let last = open.last, bare.hasPrefix("}"), indentation <= last.indentation { open.removeLast() }
                let words = bare.split { !($0.isLetter || $0.isNumber || $0 == "_") }
                if let at = words.firstIndex(of: "enum"), at + 1 < words.count, line.hasSuffix("{") {
                    open.append((indentation, words[at + 1]))
                }
                guard let enumeration = open.last, bare.hasPrefix("case "), indentation == enumeration.indentation + 4 else { continue }
                for name in bare.dropFirst(5).split(separator: ",") {
                    let name = name.drop { $0 == " " || $0 == "`" }.prefix { $0.isLetter || $0.isNumber }
                    owners[name, default: []].insert(enumeration.name)
                }
            }
        }
        return owners
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
