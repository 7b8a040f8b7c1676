import ArgumentParser

extension CompletionKind {
    /// Completes a list of names like `power-off,hang`, the last of which is being typed.
    ///
    /// - Parameter separators: what parts one name from the next.
    public static func names(_ names: [String], separators: Set<Character> = [","]) -> CompletionKind {
        .custom { _, _, typed in NameCompletion.candidates(for: typed, names, separators) }
    }
}

/// The shells replace the whole word, so each candidate repeats what stands before the name that is being typed.
enum NameCompletion {
    static func candidates(for typed: String, _ names: [String], _ separators: Set<Character>) -> [String] {
        let start = typed.lastIndex(where: separators.contains).map { typed.index(after: $0) } ?? typed.startIndex
        let (before, last) = (typed[..<start], typed[start...])
        return names.filter { $0.hasPrefix(last) }.map { before + $0 }
    }
}
