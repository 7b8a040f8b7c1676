/// A document in which parts between `<!-- described: NAME -->` and `<!-- end -->` are made from descriptions.
public struct MarkedText {
    private static let end = "<!-- end -->"

    public private(set) var text: String

    public init(_ text: String) { self.text = text }

    private static func begin(_ name: String) -> String { "<!-- described: \(name) -->" }

    /// What stands between the marks of a name; nil where there are no such marks.
    public func part(_ name: String) -> String? { range(name).map { String(text[$0]) } }

    /// Puts another text between the marks of a name.
    ///
    /// - Returns: false where there are no such marks.
    public mutating func replace(_ name: String, with part: String) -> Bool {
        guard let range = range(name) else { return false }
        text.replaceSubrange(range, with: part)
        return true
    }

    private func range(_ name: String) -> Range<String.Index>? {
        guard let begin = text.firstRange(of: Self.begin(name) + "\n"),
            let end = text[begin.upperBound...].firstRange(of: "\n" + Self.end)
        else { return nil }
        return begin.upperBound..<end.lowerBound
    }
}
