import Testing

/// What nothing mentions is of no use.
@Suite struct DeadTests {
    private let repository = Repository.shared

    // MARK: Files

    /// Files that nothing in the repository names, and who reads them.
    private static let filesReadByOthers = [
        "README.md": "whoever looks at the repository first",
        "Package.swift": "the Swift package manager",
        "run": "CI runs .ci/run",
        "test": "CI and README's readers",
        "module.modulemap": "the compiler",
    ]

    @Test func everyFileIsMentionedSomewhere() {
        // SwiftPM compiles every C file of a target.
        for file in repository.files where !file.isSwift && !file.name.hasSuffix(".c") && Self.filesReadByOthers[file.name] == nil {
            let stem = file.name.hasSuffix(".py") ? String(file.name.split(separator: ".")[0]) : file.name
            // What a script reads by its folder, like Tests/Mutants.
            let folder = file.folders.count > 1 ? file.folders.joined(separator: "/") : nil
            let isMentioned = repository.files.contains { other in
                other.path != file.path && (other.text.contains(stem) || folder.map { other.text.contains($0) } ?? false)
            }
            #expect(isMentioned, "nothing mentions \(file.path)")
        }
    }

    @Test func everySwiftFileDeclaresWhatIsUsed() {
        for file in repository.files where file.isSwift && (file.isSource || file.isTest) {
            #expect(repository.swift[file.path]?.code.contains { !$0.allSatisfy { $0 == " " } } == true, "\(file.path) has no code")
        }
    }

    // MARK: Declarations

    /// Names that a protocol of the standard library or of a package asks for, and which nobody here calls.
    private static let askedForByOthers: Set<Substring> = [
        "main", "configuration", "description", "debugDescription", "testDescription", "validate", "run", "encode", "hash", "makeIterator",
        "next",
        "codingPath", "userInfo", "CodingKeys", "allCases", "testCases", "customMirror", "label", "metadata", "metadataProvider",
        "logLevel", "errorDescription", "prepare", "provideScope",
    ]

    /// Names that occur once and have to stay, and why.
    private static let allowed: [Substring: String] = [
        "lime": "VGA's palette is whole", "yellow": "VGA's palette is whole",
        "attention": "SPX's connection control bits are whole",
        "markdown": "README's tables are to be made by it", "MarkedText": "README's tables are to be made by it",
        "replace": "README's tables are to be made by it",
        "EventLine": "the contract's form, which tests decode", "commandLine": "the contract's form, which the report prints",
        "resumeProgram": "a victim's two sides: what stops can go on",
    ]

    @Test func everyDeclarationIsUsed() {
        var occurrences: [Substring: Int] = [:]
        var declarations: [Substring: Int] = [:]
        var places: [Substring: String] = [:]
        for file in repository.files {
            guard let text = repository.swift[file.path] else { continue }
            occurrences.merge(text.words) { $0 + $1 }
            declarations.merge(text.declared) { $0 + $1 }
            guard file.isSource || file.path.hasPrefix("Tests/Support/") else { continue }
            for name in text.declared.keys where !isProgram(name, file) { places[name] = file.path }
        }
        var found: Set<Substring> = []
        for (name, path) in places where !Self.askedForByOthers.contains(name) && name != "_" && name != "init" {
            guard occurrences[name] == declarations[name] else { continue }
            found.insert(name)
            if Self.allowed[name] == nil { Issue.record("\(path): \(name) is declared and never used: delete it") }
        }
        #expect(Set(Self.allowed.keys).subtracting(found) == [], "these are used, and need no exception")
    }

    /// A program's command, whose type is called by its attribute `@main`.
    private func isProgram(_ name: Substring, _ file: Repository.File) -> Bool {
        file.path.hasPrefix("Sources/Programs/") && repository.swift[file.path]?.code.contains { $0.hasPrefix("@main") } == true
            && file.name == "\(name).swift"
    }
}
