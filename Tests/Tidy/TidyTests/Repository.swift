import Foundation

/// The files of this repository, read once.
struct Repository {
    struct File {
        /// From the root: `Sources/Base/Time/Duration.swift`.
        let path: String
        let text: String

        var name: String { String(path.split(separator: "/").last ?? "") }
        /// `Sources/Base/Time/Duration.swift` is of folders `Sources`, `Base` and `Time`.
        var folders: [String] { path.split(separator: "/").dropLast().map(String.init) }
        var isSwift: Bool { name.hasSuffix(".swift") }
        var isSource: Bool { path.hasPrefix("Sources/") }
        var isTest: Bool { path.hasPrefix("Tests/") }
        var lines: [Substring] { text.split(separator: "\n", omittingEmptySubsequences: false) }
    }

    let root: URL
    /// Text files, in the order of their paths. Binary files, what git ignores and the corpus of the fuzzers are not among them.
    let files: [File]
    /// Every Swift file of `files`, with comments and the contents of strings taken apart, by its path.
    let swift: [String: SwiftText]

    static let shared = Repository()

    private static let folders = ["Sources", "Tests", "Benchmarks", "scripts", "docs", "containers", ".ci"]
    /// Of the root folder.
    private static let others = ["Package.swift", "Dockerfile", "docker-compose.yml"]

    private init() {
        root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        let top = (try? FileManager.default.contentsOfDirectory(atPath: root.path)) ?? []
        var paths = Self.others + top.filter { $0.hasSuffix(".md") }
        for folder in Self.folders {
            let entries = FileManager.default.enumerator(atPath: root.appendingPathComponent(folder).path)
            for case let path as String in entries ?? FileManager.DirectoryEnumerator() { paths.append("\(folder)/\(path)") }
        }
        let root = root
        files = paths.sorted().compactMap { path in
            guard !path.contains("/Corpus/"), !path.contains("/Crashes/"), !path.contains("__pycache__"),
                let data = FileManager.default.contents(atPath: root.appendingPathComponent(path).path),
                let text = String(data: data, encoding: .utf8)
            else { return nil }
            return File(path: path, text: text)
        }
        swift = Dictionary(uniqueKeysWithValues: files.filter(\.isSwift).map { ($0.path, SwiftText($0.text)) })
    }

    func file(_ path: String) -> File? { files.first { $0.path == path } }

    func exists(_ path: String) -> Bool { FileManager.default.fileExists(atPath: root.appendingPathComponent(path).path) }

    /// `Sources/FLOOR/TARGET`, by the target's name.
    var floors: [String: Floor] {
        var floors: [String: Floor] = [:]
        for file in files where file.isSource {
            let folders = file.folders
            if folders.count >= 3, let floor = Floor(rawValue: folders[1]) { floors[folders[2]] = floor }
        }
        return floors
    }

    /// From the top down.
    enum Floor: String, CaseIterable, Comparable {
        case programs = "Programs"
        case lab = "Lab"
        case server = "Server"
        case load = "Load"
        case observation = "Observation"
        case protocols = "Protocols"
        case base = "Base"

        private var height: Int { -(Self.allCases.firstIndex(of: self) ?? 0) }
        static func < (a: Floor, b: Floor) -> Bool { a.height < b.height }
    }
}
