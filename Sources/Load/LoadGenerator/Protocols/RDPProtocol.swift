import EventLoop
import TerminalClient

extension LoadProtocol {
    /// RDP with any server: the client is logged on when it may draw, be that a desktop or the server's own login screen.
    public static let rdp = LoadProtocol(
        LoadProtocolTraits(
            name: "rdp",
            summary: "any RDP server, with the security it asks for; a client is logged on once the server draws, also a login screen; "
                + "logoff sends a shutdown request, and disconnects if that is denied",
            security: .negotiate,
            logOff: { ($0 as? ClientSession)?.requestShutdown() },
            open: { client, load, source throws(EventLoopError) in try openTerminal(client, load, source) }))
}
