import Testing

/// Forms that no file may have.
@Suite struct FormTests {
    private let repository = Repository.shared

    private static let longestLine = 140
    private static let longestFile = 350

    private var written: [Repository.File] {
        repository.files.filter { file in
            [".swift", ".py", ".sh", ".c", ".h", ".yml", ".md"].contains { file.name.hasSuffix($0) } || file.path.hasPrefix("scripts/")
        }
    }

    @Test func linesAreShort() {
        for file in written where !file.name.hasSuffix(".md") {
            let code = file.isTest ? repository.swift[file.path]?.code : nil
            for (index, line) in file.lines.enumerated() where line.utf8.count > Self.longestLine && line.count > Self.longestLine {
                // What a test expects to the letter stands in a long string as it is.
                if let code, code[index].allSatisfy({ $0 == " " }), !line.drop(while: { $0 == " " }).hasPrefix("//") { continue }
                Issue.record("\(file.path):\(index + 1) has \(line.count) characters; \(Self.longestLine) are allowed")
            }
        }
    }

    @Test func linesEndWithoutBlanks() {
        for file in written {
            for (number, line) in zip(1..., file.lines) where line.utf8.last == 32 || line.utf8.last == 9 || line.utf8.last == 13 {
                Issue.record("\(file.path):\(number) ends with a blank")
            }
            #expect(
                file.text.isEmpty || file.text.hasSuffix("\n") && !file.text.hasSuffix("\n\n"), "\(file.path) should end with one newline")
        }
    }

    @Test func filesAreShort() {
        for file in repository.files where file.isSwift {
            #expect(file.lines.count <= Self.longestFile, "\(file.path) has \(file.lines.count) lines: split it")
        }
    }

    @Test func nothingIsLeftToDo() {
        let marks: Set<Substring> = ["TODO", "FIXME", "XXX", "HACK"]
        for file in written where file.name != "FormTests.swift" && !file.name.hasSuffix(".md") {
            for (number, line) in zip(1..., file.lines) where line.split(whereSeparator: { !$0.isLetter }).contains(where: marks.contains) {
                Issue.record("\(file.path):\(number) leaves something to do: file an issue instead")
            }
        }
    }

    // MARK: Constructs

    struct Forbidden: Sendable, CustomTestStringConvertible {
        let name: String
        let reason: String
        /// Files of Sources where it is right, and why.
        let allowed: [String: String]
        var isForLibrariesOnly = false
        let isFound: @Sendable (Substring) -> Bool

        var testDescription: String { name }
    }

    static let forbidden = [
        Forbidden(name: "try!", reason: "handle the error", allowed: [:]) { $0.contains("try!") },
        Forbidden(name: "as!", reason: "use as? and handle nil", allowed: [:]) { $0.contains(" as! ") },
        Forbidden(name: "fatalError", reason: "throw a typed error", allowed: [:]) {
            $0.contains("fatalError(") || $0.contains("preconditionFailure(") || $0.contains("assertionFailure(")
        },
        Forbidden(
            name: "print", reason: "a library returns text or logs; programs print", allowed: [:], isForLibrariesOnly: true
        ) { line in
            line.split(separator: " ").contains { $0.hasPrefix("print(") || $0.hasPrefix("debugPrint(") }
        },
        Forbidden(name: "force unwrap", reason: "use guard let, or ?? with the right value", allowed: unwraps, isFound: unwraps),
    ]

    /// A `!` behind a word, a closing parenthesis or bracket: a forced unwrap, or a type that unwraps itself.
    private static func unwraps(_ line: Substring) -> Bool {
        let bytes = Array(line.utf8)
        return bytes.indices.contains { at in
            guard bytes[at] == UInt8(ascii: "!"), at > 0 else { return false }
            if at + 1 < bytes.count, bytes[at + 1] == UInt8(ascii: "=") { return false }
            let before = Character(UnicodeScalar(bytes[at - 1]))
            return before.isLetter || before.isNumber || before == ")" || before == "]" || before == "_"
        }
    }

    private static let unwraps = [
        "ServiceManager.swift": "sockaddr_un has the field",
        "ProcessScan.swift": "a buffer that is not empty has an address",
        "GuardCounters.swift": "the key is one of the dictionary's",
        "LineProgram.swift": "the bridge is made with closures that use self, and is there when init returns",
        "CellTraffic.swift": "the index holds every case",
        "EventLog.swift": "a buffer that is not empty has an address",
        "Experiment.swift": "the network is made in the first step of a run",
        "RunInformation+Current.swift": "a buffer that is not empty has an address",
        "Reexecute.swift": "a buffer that is not empty has an address",
        "TruthLog.swift": "a buffer that is not empty has an address",
    ]

    @Test(arguments: forbidden) func forbiddenConstructsAreAbsent(_ rule: Forbidden) {
        var found: Set<String> = []
        for file in repository.files where file.isSource && file.isSwift {
            if rule.isForLibrariesOnly, file.path.hasPrefix("Sources/Programs/") { continue }
            for (number, line) in zip(1..., repository.swift[file.path]?.code ?? []) where rule.isFound(line) {
                found.insert(file.name)
                if rule.allowed[file.name] == nil {
                    Issue.record("\(file.path):\(number) has \(rule.name): \(rule.reason)")
                }
            }
        }
        #expect(Set(rule.allowed.keys).subtracting(found) == [], "these need no exception")
    }
}
