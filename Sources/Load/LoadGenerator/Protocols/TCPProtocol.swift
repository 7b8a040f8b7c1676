import EventLoop
import TerminalClient

extension LoadProtocol {
    /// No more than a connection that nothing is said on: the client is logged on when it is there.
    public static let tcp = LoadProtocol(
        LoadProtocolTraits(
            name: "tcp",
            summary: "any TCP server: connections that send nothing, logged on once connected; disconnect and logoff close them",
            open: { client, load, source throws(EventLoopError) in
                try IdleConnection(
                    to: load.plan.target(of: client.workstation), from: source, on: load.loop,
                    opened: { [unowned client] in client.opened() },
                    closed: { [unowned client] in client.ended(.transport($0)) })
            }))
}
