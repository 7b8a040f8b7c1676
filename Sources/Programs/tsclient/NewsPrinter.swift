import Foundation
import Glibc
import RDP
import TerminalClient

/// Prints what a client program tells, for people or as JSON, each line the moment it is known.
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
        return (try? encoder.encode(line)).map { String(decoding: $0, as: UTF8.self) } ?? "{}"
    }

    private static func sentence(_ line: Line) -> String {
        switch line.event {
        case "desktop": "the desktop is there"
        case "session": "session \(line.session ?? 0), user \(line.user ?? "")"
        case "state":
            "session \(line.session ?? 0) \(line.resumed == true ? "resumed" : "new"), "
                + "\(line.keystrokes ?? 0) keystrokes, text '\(line.text ?? "")'"
        case "server-says": "the server says: \(line.reason ?? "")"
        case "hanging": "hanging"
        default: "ended: \(line.reason ?? "")"
        }
    }
}
