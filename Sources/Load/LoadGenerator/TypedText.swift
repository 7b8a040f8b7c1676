import RDP
import Time
import Wire

/// What one user typed into each of his sessions, to hold against what the server says is in them.
///
/// The last client in a session may have been struck with keys on their way, so of what it typed the server has a
/// beginning. What was typed some time before the fault must all be there.
struct TypedText {
    /// What a healthy line and server have taken in by then, however busy.
    static let certainAfter = Duration.seconds(3)
    /// Sessions keep ``ApplicationState/longestText`` bytes; a user stops before that.
    static let longest = 3_500

    private struct Session {
        /// What the server said was there when the last client came.
        var base: String
        var typed: [(at: MonotonicTime, text: String)] = []
        /// How much of `typed` must be there.
        var certain = 0

        var all: String { base + typed.map(\.text).joined() }
    }

    private var sessions: [UInt32: Session] = [:]

    /// A client of the user has come into a session: what is wrong with what it found, nil where all is right.
    mutating func entered(_ report: SessionReport) -> String? {
        defer { sessions[report.session] = Session(base: report.text) }
        guard report.keystrokes == UInt32(report.text.utf16.count) else {
            return "\(report.keystrokes) keystrokes made '\(PrintableText.escaped(report.text.suffix(80)))'"
        }
        guard report.resumed else {
            return report.text.isEmpty ? nil : "a fresh session holds '\(PrintableText.escaped(report.text.suffix(80)))'"
        }
        let known = sessions[report.session] ?? Session(base: "")
        let least = known.base + known.typed.prefix(known.certain).map(\.text).joined()
        if report.text.hasPrefix(least), known.all.hasPrefix(report.text) { return nil }
        return "holds '\(PrintableText.escaped(report.text.suffix(80)))', not '\(PrintableText.escaped(known.all.suffix(80)))'"
    }

    /// Whether a text still fits into what the session keeps.
    func canType(_ text: String, in session: UInt32) -> Bool {
        (sessions[session]?.all.utf8.count ?? 0) + text.utf8.count <= Self.longest
    }

    mutating func typed(_ text: String, in session: UInt32, at now: MonotonicTime) {
        sessions[session]?.typed.append((now, text))
    }

    /// The client in the session is struck, or leaves.
    ///
    /// - Parameter politely: its last keys and its goodbye go the same way, so that all of them arrive.
    mutating func left(_ session: UInt32, politely: Bool, at now: MonotonicTime) {
        guard let typed = sessions[session]?.typed else { return }
        sessions[session]?.certain = politely ? typed.count : typed.count { $0.at + Self.certainAfter <= now }
    }

    /// The session ends, with all that is in it.
    mutating func loggedOff(_ session: UInt32) { sessions[session] = nil }
}
