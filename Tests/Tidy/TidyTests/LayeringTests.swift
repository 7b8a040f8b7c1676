import Testing

/// Imports and dependencies go to the same floor or down, as README's picture has it.
@Suite struct LayeringTests {
    private let repository = Repository.shared

    @Test func importsGoToTheSameFloorOrDown() {
        let floors = repository.floors
        for file in repository.files where file.isSource && file.isSwift {
            let folders = file.folders
            guard folders.count >= 3, let floor = floors[folders[2]] else { continue }
            for name in imports(of: file) {
                guard let imported = floors[name] else { continue }
                #expect(imported <= floor, "\(file.path) imports \(name), which lies above it")
            }
        }
    }

    @Test func dependenciesGoToTheSameFloorOrDown() {
        let floors = repository.floors
        for target in declaredTargets {
            guard let floor = floors[target.name] else { continue }
            for name in target.dependencies {
                guard let dependency = floors[name] else { continue }
                #expect(dependency <= floor, "Package.swift: \(target.name) depends on \(name), which lies above it")
            }
        }
    }

    /// A library that imports what it does not depend on builds only by luck; one that depends on what it does not import is
    /// built too often. A program names its library, and imports what comes with that.
    @Test func librariesImportWhatTheyDependOn() {
        let floors = repository.floors
        for target in declaredTargets {
            guard let floor = floors[target.name], floor != .programs else { continue }
            let folder = "Sources/\(floor.rawValue)/\(target.name)/"
            var imported: Set<String> = []
            for file in repository.files where file.path.hasPrefix(folder) && file.isSwift { imported.formUnion(imports(of: file)) }
            guard !imported.isEmpty else { continue }
            let declared = Set(target.dependencies).intersection(floors.keys)
            #expect(
                imported.intersection(floors.keys) == declared,
                """
                \(target.name): imports without a dependency: \(imported.intersection(floors.keys).subtracting(declared).sorted()); \
                dependencies without an import: \(declared.subtracting(imported).sorted())
                """)
        }
    }

    @Test func everyFolderIsATargetOfItsFloor() {
        let declared = Dictionary(declaredTargets.map { ($0.name, $0.floor) }) { first, _ in first }
        for (name, floor) in repository.floors {
            #expect(declared[name] == floor.rawValue, "Package.swift should declare \(name) on the floor \(floor.rawValue)")
        }
    }

    /// The block of README's section "Find your way": a floor at the left, its targets, and what they are in the last column.
    @Test func readmesPictureNamesExactlyTheTargets() throws {
        let readme = try #require(repository.file("README.md")).text
        let section = try #require(readme.range(of: "## Find your way"))
        let picture = try #require(readme[section.upperBound...].split(separator: "```", maxSplits: 2).dropFirst().first)
        var shown: Set<String> = []
        for line in picture.split(separator: "\n") {
            let columns = line.split(separator: "   ").map { $0.trimmingCharacters(in: .whitespaces) }.filter { !$0.isEmpty }
            for column in columns.dropLast() { shown.formUnion(column.split { !$0.isLetter }.map(String.init)) }
        }
        // `Lab` is a floor and may be a target too.
        let floors = Set(Repository.Floor.allCases.map(\.rawValue)).subtracting(repository.floors.keys)
        let targets = Set(repository.floors.keys)
        #expect(shown.subtracting(floors).subtracting(targets) == [], "these are no targets")
        #expect(targets.subtracting(shown) == [], "README's picture lacks these")
    }

    // MARK: Reading

    private func imports(of file: Repository.File) -> [String] {
        (repository.swift[file.path]?.code ?? []).compactMap { line in
            let words = line.split(separator: " ")
            guard let at = words.firstIndex(of: "import"), at + 1 < words.count,
                words[..<at].allSatisfy({ $0.hasPrefix("@") || $0 == "public" })
            else { return nil }
            return String(words[words.count - 1].split(separator: ".")[0])
        }
    }

    private struct Target {
        let name: String
        let floor: String
        let dependencies: [String]
    }

    /// What Package.swift declares: its calls of `library(.base, "Time", [...])`, `program(...)`, `cLibrary(...)` and
    /// `.target(name: "CLinux", path: "Sources/Base/CLinux")`.
    private var declaredTargets: [Target] {
        guard let text = repository.file("Package.swift")?.text, let start = text.range(of: "let package = ") else { return [] }
        var targets: [Target] = []
        for call in ["library(", "program(", "cLibrary(", ".target("] {
            var rest = text[start.upperBound...]
            while let found = rest.range(of: call) {
                let body = Self.parenthesised(rest[found.upperBound...])
                rest = rest[found.upperBound...]
                let strings = body.split(separator: "\"", omittingEmptySubsequences: false).enumerated()
                    .filter { $0.offset % 2 == 1 }.map { String($0.element) }
                guard let name = strings.first else { continue }
                let path = strings.first { $0.hasPrefix("Sources/") }?.split(separator: "/").dropFirst().first.map(String.init)
                let floor = body.split { !$0.isLetter }.first.map { String($0.prefix(1).uppercased() + $0.dropFirst()) }
                targets.append(
                    Target(
                        name: name, floor: path ?? (call == "program(" ? "Programs" : floor ?? ""), dependencies: Array(strings.dropFirst())
                    ))
            }
        }
        return targets
    }

    /// Up to the parenthesis that closes what was opened before.
    private static func parenthesised(_ text: Substring) -> Substring {
        var depth = 1
        let end = text.firstIndex { character in
            depth += character == "(" ? 1 : character == ")" ? -1 : 0
            return depth == 0
        }
        return text[..<(end ?? text.endIndex)]
    }
}
