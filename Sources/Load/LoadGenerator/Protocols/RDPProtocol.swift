import EventLoop
import TerminalClient

extension LoadProtocol {
    /// RDP with any server: the client is logged on when it may draw, be that a desktop or the server's own login screen.
    public static let rdp = LoadProtocol(
        LoadProtocolTraits(
            name: "rdp",
            summary: "any RDP server, secured as that wants: logged on is who may draw, be it on the login screen; "
                + "logoff asks to shut down, and leaves if that is denied",
            security: .negotiate,
            logOff: { ($0 as? ClientSession)?.requestShutdown() },
            open: { client, load, source throws(EventLoopError) in try openTerminal(client, load, source) }))
}
