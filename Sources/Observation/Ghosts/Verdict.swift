import Time

/// What asking a peer came to.
public enum Verdict: Equatable, Sendable {
    case notAsked
    /// Something came from the peer after it was asked: its kernel, or a proxy before it, is there.
    case answered(after: Duration)
    /// The peer's machine has no such connection and said so; the socket has ended by it.
    case reset
    /// No answer to so many questions in so much time.
    case gone(questions: Int, silence: Duration)
    case cannotAsk(CannotAsk)

    public var name: String {
        switch self {
        case .notAsked: "not-asked"
        case .answered: "answered"
        case .reset: "reset"
        case .gone: "gone"
        case .cannotAsk: "cannot-ask"
        }
    }
}

/// Why a connection got no verdict.
public enum CannotAsk: Equatable, Sendable {
    /// No right to the program's descriptor.
    case noRights
    /// No program has accepted the connection, so that nobody has a descriptor of it.
    case notAccepted
    /// The descriptor is another socket's by now.
    case descriptorChanged
    /// The connection ended in an orderly way.
    case ended
    /// The program closed it while it was asked.
    case closedByServer
    /// The kernel sends the connection's own data or window probes instead of questions, and has not sent enough of them yet.
    case ownDataInFlight(repeated: Int, next: Duration)
    /// The way to the peer is not up.
    case wayDown
    case interrupted
    case refused(errno: Int32)

    /// The same for all that have it in common.
    public var kind: String {
        if case .ownDataInFlight = self { "its own data is unanswered, but too few times yet: ask again later" } else { text }
    }

    public var text: String {
        switch self {
        case .noRights: "no right to its server's descriptor"
        case .notAccepted: "its server has not accepted it"
        case .descriptorChanged: "its descriptor was used again"
        case .ended: "it ended in good order"
        case .closedByServer: "its server closed it meanwhile"
        case .ownDataInFlight(let repeated, let next):
            "its kernel has sent unanswered data \(repeated) times; the next in \(DurationText.brief(next))"
        case .wayDown: "the way out is down"
        case .interrupted: "interrupted"
        case .refused(let code): "the kernel refused it (errno \(code))"
        }
    }
}
