/// What a desktop shows at one moment.
struct DesktopContent {
    var title: String
    /// The lines of the program's page, top first.
    var lines: [String]
    var sessions = SessionList()
    /// The message in front of everything.
    var box: MessageBox?
    /// The taskbar clock's text, `14:05`; nil where the clock is off.
    var clock: String?

    /// The same without the lines of the list that are the session's own.
    var common: DesktopContent {
        var content = self
        content.sessions = sessions.common
        return content
    }
}

extension Desktop {
    /// Whether the part of the desktop at `area` looks the same in every session that shows the same list: nothing of what
    /// this one shows alone lies there, but for its own lines in the list, which are painted over it (``ownLines(_:)``).
    func isCommon(_ area: Area, showing content: DesktopContent) -> Bool {
        if content.clock != nil, !clock.intersection(area).isEmpty { return false }
        // The taskbar has the title too.
        if content.title != Self.commonTitle, !self.area(of: .programTask).intersection(area).isEmpty { return false }
        if let box = content.box, !MessageBoxLayout(box, on: self).area.intersection(area).isEmpty { return false }
        guard !program.area.intersection(area).isEmpty else { return true }
        // Most sessions show the one title that all of them begin with.
        if content.title != Self.commonTitle, !program.titleText.intersection(area).isEmpty { return false }
        return content.lines.indices.allSatisfy { number in
            // A line has no more characters than bytes, and those are counted without reading them.
            program.line(number, columns: 0..<content.lines[number].utf8.count).intersection(area).isEmpty
        }
    }

    static let commonTitle = "Notepad"

    /// The lines of the list that differ from session to session, as long as they are with and without the session. They are
    /// drawn one by one over the common tiles, since a line is a sixth of the tiles that it lies in.
    func ownLines(_ content: DesktopContent) -> [Area] {
        guard !list.area.isEmpty else { return [] }
        let sessions = content.sessions
        return sessions.own.map { number in
            let common = number < sessions.shared.count ? sessions.shared[number].utf8.count : 0
            return list.line(number, columns: 0..<max(sessions.lines[number].utf8.count, common))
        }
    }

    /// What changes on the program's page between two contents.
    func changes(from old: [String], to new: [String]) -> [Area] {
        (0..<max(old.count, new.count)).compactMap { number in
            let (was, now) = (number < old.count ? old[number] : "", number < new.count ? new[number] : "")
            guard was != now else { return nil }
            let same = zip(was, now).prefix { $0 == $1 }.count
            return program.line(number, columns: same..<max(was.count, now.count))
        }
    }
}
