import Testing

/// Links from one document to another lead somewhere.
@Suite struct LinkTests {
    private let repository = Repository.shared

    @Test func relativeLinksLeadToWhatExists() {
        for file in repository.files where file.name.hasSuffix(".md") {
            for link in links(in: file.text) where !link.contains("://") && !link.hasPrefix("mailto:") {
                let parts = link.split(separator: "#", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
                let target = parts[0].isEmpty ? file.path : resolve(parts[0], from: file.folders)
                guard let target, repository.exists(target) else {
                    Issue.record("\(file.path) links to \(link), which is not there")
                    continue
                }
                guard parts.count == 2, let text = repository.file(target)?.text else { continue }
                #expect(anchors(of: text).contains(parts[1]), "\(file.path) links to \(link): there is no such heading")
            }
        }
    }

    /// What stands in `](...)`, outside of code.
    private func links(in text: String) -> [String] {
        let prose = text.split(separator: "```", omittingEmptySubsequences: false).enumerated().filter { $0.offset % 2 == 0 }
        return prose.flatMap { block in
            block.element.split(separator: "](", omittingEmptySubsequences: false).dropFirst().compactMap { rest in
                rest.firstIndex(of: ")").map { String(rest[..<$0]) }
            }
        }
    }

    /// nil where it leads out of the repository.
    private func resolve(_ link: String, from folders: [String]) -> String? {
        var path = folders
        for part in link.split(separator: "/") where part != "." {
            if part == ".." {
                if path.popLast() == nil { return nil }
            } else {
                path.append(String(part))
            }
        }
        return path.joined(separator: "/")
    }

    /// As GitHub makes them of headings.
    private func anchors(of text: String) -> Set<String> {
        Set(
            text.split(separator: "\n").filter { $0.hasPrefix("#") }.map { heading in
                String(
                    heading.drop { $0 == "#" || $0 == " " }.lowercased()
                        .compactMap { $0.isLetter || $0.isNumber || $0 == "-" || $0 == "_" ? $0 : $0 == " " ? "-" : nil })
            })
    }
}
