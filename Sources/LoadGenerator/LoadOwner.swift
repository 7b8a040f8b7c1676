import EventLoop
import RDP
import TerminalClient

/// What runs clients and hears from them.
protocol LoadOwner: AnyObject {
    var plan: LoadPlan { get }
    var loop: EventLoop { get }
    /// Whether the clients are being ended, so that no end of theirs means anything.
    var isEnding: Bool { get }

    /// The client has its desktop and, from a server that tells, what its session holds.
    func client(_ client: LoadClient, loggedOn report: SessionReport?)
    /// The client was sent away, or could not connect, before it had a desktop.
    func client(_ client: LoadClient, turnedAway end: ClientEnd)
    /// The client could not so much as begin to connect.
    func client(_ client: LoadClient, couldNotStart reason: String)
    /// The client lost its connection with no fault of ours.
    func client(_ client: LoadClient, failed reason: String)
}
