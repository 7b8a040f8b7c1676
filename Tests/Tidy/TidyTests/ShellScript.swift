/// The little of bash that tells which programs a script runs.
struct ShellScript {
    /// The first word of each command, without functions that the script defines and without keywords.
    private(set) var commands: Set<Substring> = []

    private static let keywords: Set<Substring> = [
        "if", "then", "else", "elif", "while", "until", "do", "!", "time", "exec", "sudo", "env", "command",
    ]

    init(_ text: String) {
        var reader = Reader(text: Array(text))
        reader.readCommands(until: nil)
        for piece in reader.pieces {
            var words = piece.split(separator: " ")[...]
            while let first = words.first, Self.keywords.contains(first) || Self.isAssignment(first) { words = words.dropFirst() }
            guard let first = words.first, first.first?.isLetter == true,
                first.allSatisfy({ $0.isLetter || $0.isNumber || $0 == "-" || $0 == "_" })
            else { continue }
            commands.insert(first)
        }
        commands.subtract(reader.functions)
    }

    private static func isAssignment(_ word: Substring) -> Bool {
        guard let equals = word.firstIndex(of: "=") else { return false }
        return word[..<equals].allSatisfy { $0.isLetter || $0.isNumber || $0 == "_" || $0 == "+" }
    }

    /// Cuts a script into commands; what is quoted, expanded or in an array becomes a question mark.
    private struct Reader {
        let text: [Character]
        var at = 0
        var pieces: [Substring] = []
        var functions: Set<Substring> = []
        private var piece = ""
        private var heredocs: [String] = []

        init(text: [Character]) { self.text = text }

        private func starts(_ mark: String) -> Bool { text[at...].starts(with: mark) }

        private mutating func end() {
            pieces.append(Substring(piece))
            piece = ""
        }

        /// Reads up to the parenthesis that closes a substitution, or to the end.
        mutating func readCommands(until closing: Character?) {
            let outer = piece
            piece = ""
            while at < text.count {
                let here = text[at]
                if here == closing {
                    at += 1
                    break
                }
                if !skipsQuoted() { readPlain(here) }
            }
            end()
            piece = outer + "?"
        }

        private mutating func readPlain(_ here: Character) {
            switch here {
            case "#" where piece.isEmpty || piece.last == " ":
                while at < text.count, text[at] != "\n" { at += 1 }
            case "\\":
                piece += at + 1 < text.count && text[at + 1] == "\n" ? " " : "?"
                at += 2
            case "(" where piece.last == "=":
                at += 1
                let (kept, before) = (pieces, piece)
                readCommands(until: ")")
                (pieces, piece) = (kept, before + "?")
            case "(" where starts("()"):
                functions.insert(Substring(piece.split(separator: " ").last ?? ""))
                piece = ""
                at += 2
            case "(":
                at += 1
                readCommands(until: ")")
            case ")":
                // A pattern of `case`.
                piece = ""
                at += 1
            case "<" where starts("<<") && !starts("<<<"):
                at += 2
                let word = text[at...].drop { "-'\"\\".contains($0) }.prefix { $0.isLetter || $0.isNumber || $0 == "_" }
                heredocs.append(String(word))
                while at < text.count, text[at] != "\n", text[at] != " ", text[at] != "|" { at += 1 }
            case "\n":
                end()
                at += 1
                for word in heredocs { skipLines(until: word) }
                heredocs = []
            case ";", "|", "&", "{", "}", "`":
                // `2>&1` and `&>` are no ends.
                if here == "&", piece.last == ">" || at + 1 < text.count && text[at + 1] == ">" { piece.append("?") } else { end() }
                at += 1
            default:
                piece.append(here == "\t" ? " " : here)
                at += 1
            }
        }

        /// Passes a string or an expansion, and reads the commands in it.
        private mutating func skipsQuoted() -> Bool {
            if starts("$((") || starts("((") {
                while at < text.count, !starts("))") { at += 1 }
                at += 2
                piece.append("?")
            } else if starts("$(") || starts("<(") || starts(">(") {
                at += 2
                readCommands(until: ")")
            } else if starts("${") {
                skip(until: "}")
            } else if text[at] == "'" {
                at += 1
                while at < text.count, text[at] != "'" { at += 1 }
                at += 1
                piece.append("?")
            } else if text[at] == "\"" {
                at += 1
                skip(until: "\"")
            } else {
                return false
            }
            return true
        }

        private mutating func skip(until closing: Character) {
            if closing == "}" { at += 2 }
            while at < text.count, text[at] != closing {
                if starts("$(") || starts("${") {
                    if !skipsQuoted() { at += 1 }
                } else {
                    at += text[at] == "\\" ? 2 : 1
                }
            }
            at += 1
            piece.append("?")
        }

        private mutating func skipLines(until word: String) {
            while at < text.count {
                let line = text[at...].prefix { $0 != "\n" }
                at += line.count + 1
                if String(line).drop(while: { $0 == "\t" }) == word { return }
            }
        }
    }
}
