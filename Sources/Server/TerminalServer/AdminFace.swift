import Contracts
import EventLoop
import Foundation
import RDP
import Sessions

/// The server's one face for administrators and programs, over HTTP.
///
/// | request | answer |
/// | --- | --- |
/// | `GET /sessions` | every session, an array of ``SessionRecord`` |
/// | `GET /events` | NDJSON: a ``SessionEvent`` a line, from now on; `{"missed":N}` for lines that were left out |
/// | `GET /metrics` | OpenMetrics text |
/// | `GET /healthz` | `ok` |
/// | `POST /sessions/ID/disconnect` | the session goes on without its client |
/// | `POST /sessions/ID/reset`, `.../logoff` | the session ends |
/// | `POST /sessions/ID/message` | the body, a line of text, is shown to the user |
///
/// HEAD is answered as GET is, without the body. ``AdminAccess`` says who is answered.
final class AdminFace {
    private unowned let server: TerminalServer
    private let access: AdminAccess
    private let encoder = JSONEncoder()

    init(server: TerminalServer, access: AdminAccess) {
        self.server = server
        self.access = access
        encoder.outputFormatting = [.withoutEscapingSlashes, .sortedKeys]
    }

    func answer(_ request: HTTPRequest) -> HTTPResponse {
        if let refusal = access.refusal(of: request) { return refusal }
        guard let path = request.path else { return .text(400, "the path is not percent-encoded text") }
        switch (request.method, path.count) {
        case ("GET", 1), ("HEAD", 1): return look(at: path[0])
        case ("POST", 3) where path[0] == "sessions": return act(on: path[1], path[2], request.body)
        case ("GET", _), ("HEAD", _): return .text(404, "no such page: try /sessions, /events, /metrics or /healthz")
        default: return .text(405, "POST goes to /sessions/ID/ and one of disconnect, reset, logoff, message")
        }
    }

    private func look(at page: String) -> HTTPResponse {
        switch page {
        case "healthz": return .text(200, "ok")
        case "sessions":
            let now = server.loop.now
            let records = server.sessions.all.map { session in
                SessionRecord(session, connection: server.connection(showing: session.id), at: now)
            }
            guard let body = try? encoder.encode(records) else { return .text(500, "the sessions cannot be written as JSON") }
            return .whole(status: 200, contentType: "application/json", body: [UInt8](body))
        case "events":
            return .stream(contentType: "application/x-ndjson") { [unowned server] in server.beliefs.follow($0) }
        case "metrics":
            return .whole(
                status: 200, contentType: MetricsPage.contentType, body: [UInt8](MetricsPage.text(of: server).utf8))
        default:
            return .text(404, "no such page: try /sessions, /events, /metrics or /healthz")
        }
    }

    private func act(on session: String, _ action: String, _ body: [UInt8]) -> HTTPResponse {
        guard let number = UInt32(session) else { return .text(400, "'\(session)' is no session's number") }
        let id = SessionID(rawValue: number)
        // The connection is looked up first: once the session has changed, it is no longer the session's.
        let connection = server.connection(showing: id)
        do throws(Refusal) {
            switch action {
            case "disconnect":
                try server.change { table, now throws(Refusal) in
                    try table.disconnect(id, because: .administratorDisconnected, at: now)
                }
                connection?.end(.administratorDisconnected)
            case "reset", "logoff":
                let reason: ChangeReason = action == "reset" ? .administratorReset : .administratorLogoff
                try server.change { table, now throws(Refusal) in try table.terminate(id, because: reason, at: now) }
                connection?.end(.administratorLoggedOff)
            case "message":
                guard server.sessions[id] != nil else { throw .noSuchSession(id) }
                guard let connection else { return .text(409, "session \(id) has no client to show a message") }
                connection.show(
                    MessageBox(
                        title: "Message from the administrator", text: String(decoding: body.prefix(400), as: UTF8.self)))
            default:
                return .text(404, "'\(action)' cannot be done to a session: use disconnect, reset, logoff or message")
            }
            return .text(200, "done")
        } catch {
            if case .noSuchSession = error { return .text(404, error.description) }
            return .text(409, error.description)
        }
    }
}
