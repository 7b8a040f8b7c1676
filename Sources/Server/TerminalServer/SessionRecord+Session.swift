import Contracts
import RDP
import Sessions
import Time

extension SessionRecord {
    init(_ session: Session, connection: ServerConnection?, at now: MonotonicTime) {
        self.init(
            session: session.id, state: session.state, station: session.station, user: session.user,
            client: session.client?.name, address: session.client?.address, idleSeconds: (now - session.lastInput).inSeconds,
            logonSeconds: session.logonTime.map { (now - $0).inSeconds },
            heartbeat: connection?.endpoint.heartbeatKind.rawValue, keystrokes: session.application.keystrokes,
            windows: session.user == nil ? [] : session.application.windows)
    }
}
