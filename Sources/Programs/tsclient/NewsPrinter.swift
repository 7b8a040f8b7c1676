import Foundation
import Glibc
import RDP
import TerminalClient
import Wire

/// Prints what a client program tells, for people or as JSON, each line the moment it is known. What the server sent cannot
/// end a line or drive the terminal, in either form.
struct NewsPrinter {
    let json: Bool

    private struct Line: Encodable {
        var event: String
        var session: UInt32?
        var user: String?
        var resumed: Bool?
        var keystrokes: UInt32?
        var text: String?
        var reason: String?
    }

    func tell(_ news: ClientNews) {
        let line = Self.line(news)
        print(json ? Self.encode(line) : Self.sentence(line))
        fflush(nil)
    }

    private static func line(_ news: ClientNews) -> Line {
        switch news {
        case .desktop: Line(event: "desktop")
        case .session(let id, let user): Line(event: "session", session: id, user: user)
        case .report(let report):
            Line(
                event: "state", session: report.session, resumed: report.resumed, keystrokes: report.keystrokes,
                text: report.text)
        case .serverSays(let reason): Line(event: "server-says", reason: reason.description)
        case .hanging: Line(event: "hanging")
        case .ended(let end): Line(event: "ended", reason: end.description)
        }
    }

    private static func encode(_ line: Line) -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return (try? encoder.encode(line)).map { escaped(json: String(decoding: $0, as: UTF8.self)) } ?? "{}"
    }

    /// JSON escapes the control characters of ASCII only. What else is not printable is within a string, where it may be
    /// escaped too (RFC 8259, 7).
    private static func escaped(json: String) -> String {
        if json.unicodeScalars.allSatisfy(PrintableText.isPrintable) { return json }
        var escaped = ""
        for scalar in json.unicodeScalars {
            if PrintableText.isPrintable(scalar) {
                escaped.unicodeScalars.append(scalar)
            } else {
                for unit in UTF16.encode(scalar)! { escaped += "\\u" + String(format: "%04X", unit) }
            }
        }
        return escaped
    }

    /// More than a session keeps.
    private static let longestText = 5_000

    private static func sentence(_ line: Line) -> String {
        switch line.event {
        case "desktop": "the desktop is there"
        case "session": "session \(line.session ?? 0), user \(PrintableText.escaped(line.user ?? ""))"
        case "state":
            "session \(line.session ?? 0) \(line.resumed == true ? "resumed" : "new"), "
                + "\(line.keystrokes ?? 0) keystrokes, text '\(PrintableText.escaped(line.text ?? "", limit: longestText))'"
        case "server-says": "the server says: \(line.reason ?? "")"
        case "hanging": "hanging"
        default: "ended: \(line.reason ?? "")"
        }
    }
}
