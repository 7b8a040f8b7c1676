import Sessions
import Time

// What desktops show.
extension TerminalServer {
    /// - Parameter listing: whether the list of sessions is to be drawn, so that it is worth the while to make it.
    func content(of id: SessionID, on desktop: Desktop, box: MessageBox?, listing: Bool) -> DesktopContent {
        guard let session = sessions[id] else { return DesktopContent(title: "", lines: []) }
        let listing = listing && session.user != nil
        var list = SessionList()
        if listing {
            updateBoard()
            list = board.list(
                for: session, room: desktop.listedSessions, first: Int(desktop.view.firstListed), in: sessions)
            connection(showing: id)?.shownList = board.generation
        }
        return DesktopContent(
            title: session.application.windows.last ?? "", lines: lines(of: id, on: desktop), sessions: list, box: box,
            clock: configuration.effectiveClockInterval.map { WallClock.text(seconds: $0 < .seconds(60)) })
    }

    /// Takes everybody's sessions down for the desktops' lists, if that was done too long ago.
    func updateBoard(onDemand: Bool = false) {
        // The list is in the tiles that desktops have in common.
        if board.update(sessions, onDemand: onDemand, at: loop.now) { commonTiles = CommonTiles() }
    }

    /// What is on the program's page: the newest lines, as many as fit.
    func lines(of id: SessionID, on desktop: Desktop) -> [String] {
        if busyPrograms.contains(token(showing: id)) {
            return (UInt64(0)..<20).map { String(repeating: "0123456789 frame \(counters.floodFrames &+ $0) ", count: 4) }
        }
        guard let text = sessions[id]?.application.text, !text.isEmpty else { return [] }
        return TextWrap.newest(desktop.program.lines, of: text, desktop.columns)
    }

    /// Why a user was not given the session that he has.
    func explanation(of outcome: LogonOutcome) -> MessageBox {
        let held =
            outcome.held.prefix(3).map { id in
                "session \(id)" + (sessions[id]?.station.map { " (\($0))" } ?? "")
            }.joined(separator: ", ") + (outcome.held.count > 3 ? " and others" : "")
        return MessageBox(
            title: "Terminal Server",
            text: """
                You have \(held) on this server, and it is Active: as far as the server knows, a client is still connected \
                to it. An Active session cannot be reconnected to; only one that is Disconnected can.
                You have been given a new session, number \(outcome.session).
                """)
    }
}
