import EventLoop
import RDP
import Sessions
import Time

/// A user who has several Disconnected sessions picks one before he is given any (Q186572).
final class SessionChooser {
    /// Most sessions offered: as many as fit on a desktop of 640 by 480.
    static let most = 8
    /// How long he may take: the one disconnected longest is then his, as where nobody can be asked.
    private static let timeout = Duration.seconds(60)

    let request: LogonRequest
    let sessions: [SessionID]
    private var timer: Timer?

    init(_ request: LogonRequest, _ sessions: [Session], on loop: EventLoop, timedOut: @escaping () -> Void) {
        self.request = request
        self.sessions = sessions.map(\.id)
        timer = loop.after(Self.timeout, timedOut)
    }

    static func box(of sessions: [Session], at now: MonotonicTime) -> MessageBox {
        MessageBox(
            title: "Select Session", text: "You have several Disconnected sessions. Which one do you want to go on with?",
            choices: sessions.enumerated().map { number, session in
                let minutes = Int((now - session.since).inSeconds / 60)
                let since = minutes == 0 ? "less than a minute" : minutes == 1 ? "1 minute" : "\(minutes) minutes"
                return "\(number + 1)  Session \(session.id), for \(since)"
            })
    }
}
