import EventLoop
import RDP
import TerminalClient

extension LoadProtocol {
    /// RDP with tsserver, which says on a channel of its own which session a client was given and what that holds: the
    /// client is logged on when it has heard it.
    public static let tsserver = LoadProtocol(
        LoadProtocolTraits(
            name: "tsserver", summary: "RDP with tsserver: a client counts as logged on once it was told its session and what that holds",
            reportsSessions: true,
            open: { client, load, source throws(EventLoopError) in try openTerminal(client, load, source) }))

    /// A client of any RDP server.
    static func openTerminal(
        _ client: LoadClient, _ load: any LoadOwner, _ source: SocketAddress?
    ) throws(EventLoopError) -> any LoadSession {
        var configuration = ClientConfiguration(
            user: client.user, clientName: client.workstation.name, answersRoundTrips: load.plan.behaviour.answersRoundTrips)
        configuration.security = load.plan.behaviour.security
        return try ClientSession(
            to: load.plan.target(of: client.workstation), from: source, as: configuration, on: load.loop, delegate: client)
    }
}
