/// Why a session changed its state.
public enum ChangeReason: String, Codable, Sendable, CaseIterable {
    case connected
    case logon
    /// A new connection of the session's user was attached to it.
    case resumed
    /// The client went and said so.
    case clientDisconnected = "client-disconnected"
    /// The transport was closed by the client's kernel, without a goodbye of the program.
    case peerClosed = "peer-closed"
    case peerReset = "peer-reset"
    /// The transport had no answer from the client's machine for as long as it waits.
    case timedOut = "timed-out"
    case unreachable
    /// The client program did not answer as many heartbeats as it may miss.
    case heartbeatMissed = "heartbeat-missed"
    /// The client program did not answer when its session was wanted by another client of its user.
    case challengeUnanswered = "challenge-unanswered"
    /// The client broke the protocol.
    case protocolError = "protocol-error"
    /// The client took too long to get to its desktop.
    case handshakeDeadline = "handshake-deadline"
    /// The client sent the first part of a PDU and not the rest.
    case pduDeadline = "pdu-deadline"
    /// The client takes nothing, and what waits for it is as much as may wait.
    case overflow
    case logoff
    case administratorDisconnected = "administrator-disconnected"
    case administratorReset = "administrator-reset"
    case administratorLogoff = "administrator-logoff"
    /// A limit or an unknown user.
    case refused
    case shutdown
}
