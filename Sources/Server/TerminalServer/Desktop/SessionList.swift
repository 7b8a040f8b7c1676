import Sessions
import Time

/// What one session's desktop shows of everybody's sessions.
struct SessionList {
    /// The heading and what is below it.
    var lines: [String] = []
    /// Which of the lines differ from session to session, and what every session has of the list.
    var own: [Int] = []
    var shared: [String] = []
    /// How many sessions there are to list, which of them is the first shown, and how many are.
    var total = 0
    var first = 0
    var shown = 0

    var common: SessionList { SessionList(lines: shared, shared: shared, total: total, first: first, shown: shown) }
}

/// The sessions of a server as its desktops list them, those that are Active first, taken down now and then for all of them.
///
/// The list is never a cause to draw. A desktop shows it when it is drawn as a whole (at the logon, when the client is
/// restored, when it asks for a refresh) and again, if something changed, when its own user does something: types, or
/// clicks. Were it drawn whenever somebody else comes or goes, each session would be sent news all day that nobody asked
/// for; an idle session would have traffic that finds dead clients, as the taskbar clock's does, and no policy would be
/// the one that is measured. A logon storm would draw n desktops n times over. Nor does a timer draw it: it would be a clock.
///
/// It is taken down at most once in ``refreshInterval``, however many desktops are drawn meanwhile, and no further than what fits
/// on the largest: n logons cost n desktops, and what desktops have in common is painted once for all of them. Whoever
/// scrolls is shown rows of one order for all, which is made when the first of them needs it.
struct SessionBoard {
    /// How old it may be when it is drawn, and when a user asks for it anew.
    static let refreshInterval = Duration.seconds(1)
    static let refreshIntervalOnDemand = Duration.milliseconds(100)
    /// Most lines that a desktop has room for.
    static let most = 24
    static let heading = " SESSIONNAME    USERNAME             ID  STATE"
    /// Characters of a line.
    static let columns = 48

    /// Changes with what is taken down; 0 before the first time.
    private(set) var generation: UInt32 = 0
    private var lines: [(id: SessionID, text: String)] = []
    private(set) var total = 0
    private var takenAt: MonotonicTime?
    /// All of them, while somebody scrolls.
    private var order: [SessionID]?

    /// Takes the sessions down anew if they are too old.
    ///
    /// - Parameter onDemand: whether a user asks for it.
    /// - Returns: whether anything changed.
    mutating func update(_ sessions: SessionTable, onDemand: Bool = false, at now: MonotonicTime) -> Bool {
        let interval = onDemand ? Self.refreshIntervalOnDemand : Self.refreshInterval
        if let takenAt, now - takenAt < interval { return false }
        takenAt = now
        order = nil
        let (total, first) = (sessions.withUser, sessions.firstWithUser(Self.most))
        let lines = first.map { (id: $0.id, text: Self.line($0)) }
        guard total != self.total || !lines.elementsEqual(self.lines, by: ==) else { return false }
        (self.lines, self.total) = (lines, total)
        generation &+= 1
        return true
    }

    /// How many rows a list shows at once, and the last row that may be its first.
    func rows(room: Int) -> Int { total <= room ? total : max(0, room - 2) }
    func lastFirst(room: Int) -> Int { max(0, total - rows(room: room)) }

    /// The list for one session: what was taken down, from row `first` on, and the session itself marked, where it is among the
    /// rows or else below them.
    ///
    /// - Parameter room: for how many sessions there is room.
    mutating func list(for own: Session, room: Int, first: Int = 0, in sessions: SessionTable) -> SessionList {
        guard room > 2 else {
            return room > 0
                ? SessionList(lines: [Self.heading, Self.line(own, mark: ">")], own: [1], shared: [Self.heading]) : SessionList()
        }
        let first = min(max(0, first), lastFirst(room: room))
        let shown = rows(from: first, rows(room: room), in: sessions)
        var list = SessionList(lines: [Self.heading] + shown.map(\.text), total: total, first: first, shown: shown.count)
        if total > shown.count { list.lines.append(" \(first + 1) to \(first + shown.count) of \(total)") }
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

    private mutating func rows(from first: Int, _ count: Int, in sessions: SessionTable) -> [(id: SessionID, text: String)] {
        if first == 0, count <= lines.count { return Array(lines.prefix(count)) }
        let order = self.order ?? sessions.idsWithUser
        self.order = order
        return order.dropFirst(first).prefix(count).map { id in
            (id, sessions[id].flatMap { $0.user == nil ? nil : Self.line($0) } ?? Self.line(nil, nil, id, SessionState.down, " "))
        }
    }

    private static func line(_ session: Session, mark: Character = " ") -> String {
        line(session.station, session.user, session.id, session.state, mark)
    }

    private static func line(_ station: String?, _ user: String?, _ id: SessionID, _ state: SessionState, _ mark: Character) -> String {
        var line = String(mark)
        pad(station ?? "", 14, &line)
        pad(user ?? "", 16, &line)
        let id = id.description
        line += String(repeating: " ", count: max(0, 6 - id.count)) + id + "  " + state.queryName
        return line
    }

    private static func pad(_ text: String, _ width: Int, _ line: inout String) {
        let shown = text.prefix(width)
        line += shown
        line += String(repeating: " ", count: width - shown.count + 1)
    }
}
