import Sessions
import Time

/// What one session's desktop shows of everybody's sessions.
struct SessionList {
    /// The heading and what is below it.
    var lines: [String] = []
    /// Which of the lines differ from session to session, and what every session has of the list.
    var own: [Int] = []
    var shared: [String] = []

    var common: SessionList { SessionList(lines: shared, shared: shared) }
}

/// The sessions of a server as its desktops list them, taken down now and then for all of them.
///
/// The list is never a cause to draw. A desktop shows it when it is drawn as a whole (at the logon, when the client is
/// restored, when it asks for a refresh) and again, if something changed, when its own user does something: types, or
/// clicks. Were it drawn whenever somebody else comes or goes, each session would be sent news all day that nobody asked
/// for; an idle session would have traffic that finds dead clients, as the taskbar clock's does, and no policy would be
/// the one that is measured. A logon storm would draw n desktops n times over.
///
/// It is taken down at most once in ``refreshInterval``, however many desktops are drawn meanwhile, and no further than what fits
/// on the largest: n logons cost n desktops, and what desktops have in common is painted once for all of them.
struct SessionBoard {
    /// How old it may be when it is drawn.
    static let refreshInterval = Duration.seconds(1)
    /// Most lines that a desktop has room for.
    static let most = 24
    static let heading = " SESSIONNAME    USERNAME             ID  STATE"
    /// Characters of a line.
    static let columns = 48

    /// Changes with what is taken down; 0 before the first time.
    private(set) var generation: UInt32 = 0
    private var lines: [(id: SessionID, text: String)] = []
    private var total = 0
    private var takenAt: MonotonicTime?

    /// Takes the sessions down anew if they are too old.
    ///
    /// - Returns: whether anything changed.
    mutating func update(_ sessions: SessionTable, at now: MonotonicTime) -> Bool {
        if let takenAt, now - takenAt < Self.refreshInterval { return false }
        takenAt = now
        let (total, first) = (sessions.withUser, sessions.firstWithUser(Self.most))
        let lines = first.map { (id: $0.id, text: Self.line($0)) }
        guard total != self.total || !lines.elementsEqual(self.lines, by: ==) else { return false }
        (self.lines, self.total) = (lines, total)
        generation &+= 1
        return true
    }

    /// The list for one session: what was taken down, what does not fit summed up, and the session itself marked, where it
    /// is among those that fit or else below them.
    ///
    /// - Parameter room: for how many sessions there is room.
    func list(for own: Session, room: Int) -> SessionList {
        guard room > 2 else {
            return room > 0
                ? SessionList(lines: [Self.heading, Self.line(own, mark: ">")], own: [1], shared: [Self.heading]) : SessionList()
        }
        // How many are shown is for the list alone to decide, so that all sessions show the same.
        let shown = lines.prefix(total < room ? total : room - 2)
        var list = SessionList(lines: [Self.heading] + shown.map(\.text))
        if total > shown.count { list.lines.append(" and \(total - shown.count) more") }
        list.shared = list.lines
        // As it is now, and not as it was when the list was taken down.
        let line = Self.line(own, mark: ">")
        if let place = shown.firstIndex(where: { $0.id == own.id }) {
            list.own = [place + 1]
            list.lines[place + 1] = line
        } else {
            list.own = [list.lines.count]
            list.lines.append(line)
        }
        return list
    }

    private static func line(_ session: Session, mark: Character = " ") -> String {
        var line = String(mark)
        pad(session.station ?? "", 14, &line)
        pad(session.user ?? "", 16, &line)
        let id = session.id.description
        line += String(repeating: " ", count: max(0, 6 - id.count)) + id + "  " + session.state.queryName
        return line
    }

    private static func pad(_ text: String, _ width: Int, _ line: inout String) {
        let shown = text.prefix(width)
        line += shown
        line += String(repeating: " ", count: width - shown.count + 1)
    }
}
