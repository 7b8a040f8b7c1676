import EventLoop
import Faults
import RDP
import TerminalClient
import Time

/// What runs clients and hears from them.
protocol LoadOwner: AnyObject {
    var plan: LoadPlan { get }
    var loop: EventLoop { get }
    /// Where the truth is written down, if anywhere.
    var truth: TruthLog? { get }
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

extension LoadOwner {
    /// Writes down what has become of a client.
    ///
    /// - Parameter time: when it did; now, where nothing is said.
    func note(
        _ event: TruthEvent.Kind, _ client: LoadClient, fault: Fault? = nil, detail: String? = nil, at time: MonotonicTime? = nil
    ) {
        truth?.write(
            TruthEvent(
                t: time ?? loop.now, event: event, client: client.workstation.name, user: client.user,
                address: client.address, session: client.session, fault: fault, detail: detail))
    }
}
