/// A standard or an article that a text names, and the section of it: `RFC 9293, 3.8.4`.
struct Citation: Hashable {
    let document: String
    /// Empty for the document as a whole.
    let section: String

    var text: String { section.isEmpty ? document : "\(document), \(section)" }

    /// All of a text: `RFC 9293, 3.8.4`, `MS-RDPBCGR 2.2.1.1, 2.2.1.2`, `802.2, 7.8`, `Q187049`, `tcp(7)`, `resource kit`.
    static func all(in text: String) -> Set<Citation> {
        var citations: Set<Citation> = []
        for match in text.matches(of: pattern) {
            let document = String(match.output.document)
            let sections = match.output.sections.split { $0 == "," || $0 == " " }.filter { $0 != "to" && $0 != "appendix" }
            if sections.isEmpty { citations.insert(Citation(document: document, section: "")) }
            for section in sections { citations.insert(Citation(document: document, section: String(section))) }
        }
        return citations
    }

    nonisolated(unsafe) private static let pattern = try! Regex(
        #"\b(?<document>Q\d{5,6}\b|RFC \d{3,5}|MS-[A-Z]{3,}|[TXVI]\.\d{1,3}\b|802\.\d+[a-z]?\b|3GPP TS \d+\.\d+"#
            + #"|ANSI T\d\.\d+|tcp\(7\)|resource kit)"#
            + #"(?<sections>(?:,? (?:to )?\d+[A-Z]?(?:\.\d+)+|, \d\b(?![.,]?\d| [a-z])|, REQ-\d+|, appendix [A-Z])*)"#,
        as: (Substring, document: Substring, sections: Substring).self
    ).wordBoundaryKind(.simple)
}
