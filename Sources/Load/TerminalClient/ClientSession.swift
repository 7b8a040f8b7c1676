import EventLoop
import RDP
import Time
import Transport
import Wire

/// What happens to a client's session, seen from the client.
public enum ClientSessionEvent {
    /// The desktop is there.
    case activated
    /// The server told which session it is.
    case loggedOn(session: UInt32, user: String)
    /// tsserver told what the session holds.
    case reported(SessionReport)
    /// The server says why it will end the connection.
    case errorInfo(ErrorInfo)
    case shutdownDenied
    /// The connection is gone; nothing comes after this.
    case ended(ClientEnd)
}

/// How a client's connection ended.
public enum ClientEnd: Equatable, Sendable, CustomStringConvertible {
    /// The server gave its reason first.
    case server(ErrorInfo)
    /// The server said goodbye without a reason.
    case goodbye
    /// The server takes none of the security protocols offered.
    case insecure(NegotiationFailure)
    /// The server sent what makes no sense.
    case protocolError(RDPError, peer: SocketAddress)
    case transport(CloseReason)
    /// There was no logon within this time, and what the server had not sent by then.
    case noLogon(within: Duration, awaited: String)

    public var description: String {
        switch self {
        case .server(let reason): reason.description
        case .insecure(let failure): failure.description
        case .goodbye: "the server ended the connection"
        case .protocolError(let error, let peer): "\(peer): \(error)"
        case .transport(let reason): reason.description
        case .noLogon(let limit, let awaited): "no logon within \(DurationText.format(limit)), waiting for \(awaited)"
        }
    }
}

/// Who hears of a client session.
public protocol ClientSessionDelegate: AnyObject {
    func session(_ session: ClientSession, did event: ClientSessionEvent)
}

/// One terminal client: a connection, what is said on it, and what its user does.
public final class ClientSession: ConnectionHandler {
    /// Most bytes of input kept for a server that does not take them.
    public static let backlogLimit = 64 * 1024

    public weak var delegate: (any ClientSessionDelegate)?
    public private(set) var connection: (any Connection)?
    private var endpoint: ClientEndpoint
    private var end: ClientEnd?
    private var hangs = false
    private var isConnected = false

    /// Starts to connect.
    ///
    /// - Parameter source: the local address to come from.
    public init(
        to endpoint: Endpoint, from source: SocketAddress? = nil, as configuration: ClientConfiguration, on loop: EventLoop,
        delegate: any ClientSessionDelegate
    ) throws(EventLoopError) {
        self.endpoint = ClientEndpoint(configuration: configuration)
        self.delegate = delegate
        connection = try Transport.connect(
            endpoint, from: source, backlogLimit: Self.backlogLimit, on: loop, handler: self)
    }

    public var isActive: Bool { endpoint.isActive && connection != nil }

    /// What the session needs next for its logon, for people.
    public var awaited: String { isConnected ? endpoint.awaited ?? "tsserver's report of the session" : "the connection" }

    /// Ends a session whose logon has taken longer than it may; ``ClientEnd/noLogon(within:awaited:)`` follows.
    public func giveUpLogon(after limit: Duration) {
        end = .noLogon(within: limit, awaited: awaited)
        connection?.close(.abort)
    }

    // MARK: What the user does

    /// Types a text, a key down and a key up for each character.
    public func type(_ text: String) {
        send { output in
            let keys = text.utf16.flatMap {
                [InputEvent.unicode($0, released: false), InputEvent.unicode($0, released: true)]
            }
            endpoint.sendInput(keys, output: &output)
        }
    }

    /// Does something with keyboard or mouse.
    public func act(_ events: [InputEvent]) {
        send { endpoint.sendInput(events, output: &$0) }
    }

    /// Minimises the client, so that the server need draw nothing, or shows it again.
    public func minimise(_ minimised: Bool) {
        send { endpoint.sendSuppressOutput(minimised, output: &$0) }
    }

    /// Leaves the session to be picked up again, and says so.
    public func disconnect() {
        send { endpoint.disconnect(output: &$0) }
        connection?.close(.orderly)
    }

    /// Ends the session. The server then ends the connection.
    public func logOff() {
        send { endpoint.sendLogoff(output: &$0) }
    }

    /// Asks to end the session as a program does whose window is closed; a server that would rather keep it says so.
    public func requestShutdown() {
        send { endpoint.sendShutdownRequest(output: &$0) }
    }

    // MARK: What becomes of the client

    /// The program stops: nothing is read any more, and its kernel acknowledges until the window is full.
    public func hang() {
        hangs = true
        connection?.pauseReading()
    }

    /// ... and goes on.
    public func wake() {
        hangs = false
        connection?.resumeReading()
    }

    /// The process dies and leaves the rest to its kernel.
    public func die() { connection?.close(.orderly) }

    /// The machine dies. What the kernel of ours still sends, the lab's firewall must drop.
    public func vanish() { connection?.vanish() }

    // MARK: ConnectionHandler

    public func connectionDidOpen(_ connection: any Connection) {
        isConnected = true
        // It hung on its way here: its kernel has connected, and nobody says anything.
        if hangs { return connection.pauseReading() }
        send { endpoint.start(output: &$0) }
    }

    public func connection(_ connection: any Connection, didReceive bytes: RawSpan) {
        var output = ByteWriter()
        var input = ByteReader(bytes)
        do throws(RDPError) {
            while let event = try endpoint.next(&input, output: &output) {
                flush(&output)
                handle(event)
            }
            flush(&output)
        } catch {
            flush(&output)
            finish(.protocolError(error, peer: connection.remoteAddress))
        }
    }

    public func connectionDidDrain(_ connection: any Connection) {}

    public func connection(_ connection: any Connection, didCloseWith reason: CloseReason) {
        self.connection = nil
        delegate?.session(self, did: .ended(end ?? .transport(reason)))
    }

    private func handle(_ event: ClientEvent) {
        switch event {
        case .activated: delegate?.session(self, did: .activated)
        case .loggedOn(let session, let user): delegate?.session(self, did: .loggedOn(session: session, user: user))
        case .reported(let report): delegate?.session(self, did: .reported(report))
        case .shutdownDenied: delegate?.session(self, did: .shutdownDenied)
        case .errorInfo(let reason):
            end = .server(reason)
            delegate?.session(self, did: .errorInfo(reason))
        case .disconnected: finish(end ?? .goodbye)
        case .negotiationFailed(let failure): finish(.insecure(failure))
        case .startTLS: startTLS()
        case .drawn, .heartbeatAnswered, .deactivated: break
        }
    }

    private func startTLS() {
        do throws(TLSError) {
            connection = try connection?.startTLS(try TLSContext.client.get())
            send { endpoint.didStartTLS(output: &$0) }
        } catch {
            end = .transport(.insecure(error.description))
            connection = nil
            delegate?.session(self, did: .ended(.transport(.insecure(error.description))))
        }
    }

    private func finish(_ end: ClientEnd) {
        self.end = end
        connection?.close(.orderly)
    }

    private func send(_ body: (inout ByteWriter) -> Void) {
        var output = ByteWriter()
        body(&output)
        flush(&output)
    }

    private func flush(_ output: inout ByteWriter) {
        guard !output.isEmpty else { return }
        connection?.send(output.bytes.span.bytes)
        output.removeAll()
    }
}
