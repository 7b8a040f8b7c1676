import Testing

/// docs/sources.md and the citations in the code say the same.
@Suite struct SourcesListTests {
    private let repository = Repository.shared

    /// A row of a table of docs/sources.md: `| `File.name`, `Other` | value | source | what it says | checked |`.
    private struct Row {
        let line: Int
        /// What stands in backquotes in the first column.
        let places: [Substring]
        /// Of the third of five columns; tables with fewer say what is ours.
        let cited: Set<Citation>
    }

    private var rows: [Row] {
        (repository.file("docs/sources.md")?.lines ?? []).enumerated().compactMap { index, line in
            let cells = line.split(separator: "|", omittingEmptySubsequences: false)
            guard cells.count > 4, cells[1].contains("`") else { return nil }
            let places = cells[1].split(separator: "`", omittingEmptySubsequences: false).enumerated().filter { $0.offset % 2 == 1 }
            return Row(line: index + 1, places: places.map(\.element), cited: cells.count == 7 ? Citation.all(in: String(cells[3])) : [])
        }
    }

    /// Citations of the code, by the name of the file without what follows its last point.
    private var cited: [Substring: Set<Citation>] {
        var cited: [Substring: Set<Citation>] = [:]
        for file in repository.files where file.isSource || file.isTest && !file.path.hasPrefix("Tests/Tidy/") {
            let texts = repository.swift[file.path]?.comments ?? (file.name.hasSuffix(".h") || file.name.hasSuffix(".c") ? [file.text] : [])
            for text in texts { cited[stem(of: file), default: []].formUnion(Citation.all(in: text)) }
        }
        return cited
    }

    private func stem(of file: Repository.File) -> Substring {
        file.name[..<(file.name.lastIndex(of: ".") ?? file.name.endIndex)]
    }

    @Test func everyCitationIsInTheList() {
        var listed: [Substring: Set<Citation>] = [:]
        for row in rows { for place in row.places { listed[place.prefix { $0 != "." }, default: []].formUnion(row.cited) } }
        for (file, citations) in cited {
            for citation in citations.subtracting(listed[file] ?? []).sorted(by: { $0.text < $1.text }) {
                Issue.record("docs/sources.md has no row of `\(file)` for \(citation.text)")
            }
        }
    }

    @Test func everyRowNamesWhatExistsAndIsCitedThere() {
        let cited = cited
        #expect(rows.count > 50)
        for row in rows {
            for place in row.places {
                let parts = place.split(separator: ".", maxSplits: 1)
                let files = repository.files.filter { stem(of: $0) == parts[0] && !$0.path.hasPrefix("docs/") }
                #expect(!files.isEmpty, "docs/sources.md:\(row.line): there is no file \(parts[0])")
                if parts.count == 2 {
                    let isThere = files.contains { repository.swift[$0.path]?.words[parts[1]] != nil }
                    #expect(isThere, "docs/sources.md:\(row.line): \(parts[0]) has no \(parts[1])")
                }
                for citation in row.cited.subtracting(cited[parts[0]] ?? []) {
                    Issue.record("docs/sources.md:\(row.line): \(parts[0]) does not cite \(citation.text)")
                }
            }
        }
    }

    /// What other documents and help texts cite is in the list as well, with whatever section.
    @Test func everyDocumentIsInTheList() throws {
        let listed = Set(Citation.all(in: try #require(repository.file("docs/sources.md")).text).map(\.document))
        for file in repository.files where file.name.hasSuffix(".md") || file.path.hasPrefix("Sources/Programs/") {
            for citation in Citation.all(in: file.text) where !listed.contains(citation.document) {
                Issue.record("\(file.path) cites \(citation.document), which docs/sources.md does not have")
            }
        }
    }
}
