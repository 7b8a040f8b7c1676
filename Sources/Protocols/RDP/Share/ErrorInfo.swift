/// Why a server ends a connection (errorInfo of the Set Error Info PDU, MS-RDPBCGR 2.2.5.1.1).
public struct ErrorInfo: RawRepresentable, Hashable, Sendable {
    public let rawValue: UInt32
    public init(rawValue: UInt32) { self.rawValue = rawValue }

    /// ERRINFO_RPC_INITIATED_DISCONNECT: an administrator disconnected the session.
    public static let administratorDisconnected = ErrorInfo(rawValue: 0x1)
    /// ERRINFO_RPC_INITIATED_LOGOFF: an administrator logged the session off or reset it.
    public static let administratorLoggedOff = ErrorInfo(rawValue: 0x2)
    /// ERRINFO_SERVER_DENIED_CONNECTION: a limit was reached.
    public static let deniedConnection = ErrorInfo(rawValue: 0x7)
    /// ERRINFO_SERVER_INSUFFICIENT_PRIVILEGES: the user may not log on.
    public static let insufficientPrivileges = ErrorInfo(rawValue: 0x9)
    /// ERRINFO_RPC_INITIATED_DISCONNECT_BYUSER (MS-RDPBCGR 2.2.5.1.1): the user did it in his session.
    public static let disconnectedByUser = ErrorInfo(rawValue: 0xB)
    /// ERRINFO_LOGOFF_BY_USER: the user logged off.
    public static let loggedOffByUser = ErrorInfo(rawValue: 0xC)
    /// ERRINFO_SERVER_SHUTDOWN: an administrator shuts the server down.
    public static let serverShutDown = ErrorInfo(rawValue: 0x19)
}

extension ErrorInfo: CustomStringConvertible {
    public var description: String {
        switch self {
        case .administratorDisconnected: "an administrator disconnected the session"
        case .administratorLoggedOff: "an administrator ended the session"
        case .deniedConnection: "the server denied the connection: a limit is reached"
        case .insufficientPrivileges: "the user may not log on"
        case .disconnectedByUser: "the user disconnected"
        case .loggedOffByUser: "the user logged off"
        case .serverShutDown: "the server shuts down"
        default: "error 0x" + String(rawValue, radix: 16)
        }
    }
}
