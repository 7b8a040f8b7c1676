import EventLoop
import Foundation
import Logging
import LoopTestSupport
import RDP
import Sessions
import Synchronization
import TerminalClient
import TerminalServer
import Testing
import Time
import Transport

/// A server, its log and its admin face on a loop of the test's own.
final class Host {
    let loop: EventLoop
    let server: TerminalServer
    let admin = SocketAddress.unix(path: freshPath())
    let log = LogLines()

    init(_ change: (inout ServerConfiguration) -> Void = { _ in }) throws {
        loop = try EventLoop()
        var configuration = ServerConfiguration(
            endpoints: [Endpoint(kind: .tcp, address: loopback)], users: .anyone)
        configuration.admin = admin
        change(&configuration)
        let log = log
        server = try TerminalServer(configuration: configuration, loop: loop, logger: Logger(label: "test") { _ in log })
    }

    var endpoint: Endpoint { server.endpoints[0] }

    /// A connection that says nothing of itself, and the address that the server's log has for it.
    typealias Raw = (stream: LoopStream, heard: Recorder, name: String)

    func connect() throws -> Raw {
        let recorder = Recorder()
        let stream = try LoopStream.connect(to: endpoint.address, backlogLimit: 1 << 20, on: loop, handler: recorder)
        try #require(loop.run { recorder.opened == 1 })
        return (stream, recorder, try #require(stream.localAddress).description)
    }

    func client(_ user: String, password: String = "", name: String = "WS00001") throws -> Client {
        let client = Client()
        let configuration = ClientConfiguration(user: user, password: password, clientName: name)
        client.session = try ClientSession(to: endpoint, as: configuration, on: loop, delegate: client)
        return client
    }

    func loggedOn(_ user: String, name: String = "WS00001") throws -> Client {
        let client = try client(user, name: name)
        try #require(loop.run { client.report != nil }, "\(user) did not get to a desktop: \(String(describing: client.end))")
        return client
    }

    func ask(_ method: String, _ path: String, body: String = "") throws -> (status: Int, text: String) {
        var received: [UInt8] = []
        var ends: [HTTPClient.Failure?] = []
        try HTTPClient.request(method, path, body: body, at: admin, on: loop, receive: { received += $0 }, done: { ends.append($0) })
        try #require(loop.run { ends.count == 1 }, "no answer")
        switch ends[0] {
        case nil: return (200, String(decoding: received, as: UTF8.self))
        case .status(let status, let text): return (status, text)
        case .some(let failure): throw failure
        }
    }

    /// What `GET /sessions` says of a session, by its keys.
    func session(_ number: UInt32) throws -> [String: Any]? {
        let objects = try JSONSerialization.jsonObject(with: Data(try ask("GET", "/sessions").text.utf8))
        return try #require(objects as? [[String: Any]]).first { $0["session"] as? UInt32 == number }
    }

    /// Whether the session comes to have had so many keystrokes: the server has heard the client.
    func hears(_ keystrokes: Int, in number: UInt32) throws -> Bool {
        for _ in 0..<500 {
            if try session(number)?["keystrokes"] as? Int == keystrokes { return true }
            loop.run(for: .milliseconds(10))
        }
        return false
    }

    func metric(_ name: String) throws -> Double {
        let line = try ask("GET", "/metrics").text.split(separator: "\n").first { $0.hasPrefix(name + " ") }
        return try #require(line.flatMap { Double($0.dropFirst(name.count + 1)) }, "no metric \(name)")
    }
}

/// A client and what it was told.
final class Client: ClientSessionDelegate {
    var session: ClientSession!
    private(set) var report: SessionReport?
    private(set) var told: [ErrorInfo] = []
    private(set) var end: ClientEnd?

    var number: UInt32 { report?.session ?? .max }

    func session(_ session: ClientSession, did event: ClientSessionEvent) {
        switch event {
        case .reported(let report): self.report = report
        case .errorInfo(let reason): told.append(reason)
        case .ended(let end): self.end = end
        case .activated, .loggedOn, .shutdownDenied: break
        }
    }
}

/// A log that is kept.
final class LogLines: LogHandler, Sendable {
    private let kept = Mutex<[String]>([])

    var lines: [String] { kept.withLock { $0 } }

    func log(event: LogEvent) { kept.withLock { $0.append(event.message.description) } }

    subscript(metadataKey _: String) -> Logger.Metadata.Value? {
        get { nil }
        set {}
    }
    var metadata: Logger.Metadata {
        get { [:] }
        set {}
    }
    var logLevel: Logger.Level {
        get { .info }
        set {}
    }
}
