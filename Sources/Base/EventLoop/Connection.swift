import Wire

/// Anything that carries bytes both ways between two programs, whatever the transport below.
///
/// An open connection keeps itself and its handler alive. The handler hears ``ConnectionHandler/connection(_:didCloseWith:)``
/// exactly once, never from within a call it made, and nothing after it.
public protocol Connection: AnyObject {
    var localAddress: SocketAddress? { get }
    var remoteAddress: SocketAddress { get }
    /// Tells the connection from others between the same two addresses, by the number that the client's driver gave it;
    /// nil where the client's port does that, as TCP's does.
    var connectionID: UInt16? { get }
    /// Bytes accepted by ``send(_:)`` and not yet taken by the transport.
    var backlog: Int { get }
    /// Gives bytes to the transport. They are copied only where the transport does not take them at once.
    @discardableResult func send(_ bytes: RawSpan) -> SendOutcome
    /// Leaves what arrives from now on in the transport's own buffer.
    func pauseReading()
    func resumeReading()
    /// Has what arrives from now on heard before what arrives at others, or no more, where the transport can do that. Who
    /// comes first too often or for too long makes room for the others. Called by the handler that hears what has arrived.
    func prioritise(_ isFirst: Bool)
    func close(_ mode: CloseMode)
    /// The machine is gone: nothing more is said, as far as this process can help it.
    func vanish()
    /// Speaks TLS from here on, with nothing unsent. The connection that this returns takes this one's place and its
    /// handler, and whatever is sent waits for the TLS handshake; this one is of no more use, whatever comes of it.
    func startTLS(_ context: TLSContext) throws(TLSError) -> any Connection
}

extension Connection {
    public var connectionID: UInt16? { nil }

    /// What the client's end is known by on both sides: `198.18.0.7:1025`, with the connectionID where there is one,
    /// `198.18.0.7:1025/41`. Asked of the client's own connection, and of the server's.
    public var localName: String? { localAddress.map(name) }
    public var remoteName: String { name(remoteAddress) }

    private func name(_ address: SocketAddress) -> String {
        connectionID.map { "\(address)/\($0)" } ?? address.description
    }

    public func prioritise(_ isFirst: Bool) {}

    /// The kernel resets the connection; the lab's firewall drops that.
    public func vanish() { close(.abort) }

    /// Transports that carry no TLS.
    public func startTLS(_ context: TLSContext) throws(TLSError) -> any Connection {
        throw TLSError("speak TLS over this transport")
    }
}

/// What hears of a connection's life.
public protocol ConnectionHandler: AnyObject {
    /// An outgoing connection is there. Not called for accepted ones, which are there from the start.
    func connectionDidOpen(_ connection: any Connection)
    /// Bytes arrived. They are the loop's: valid until this call returns.
    func connection(_ connection: any Connection, didReceive bytes: RawSpan)
    /// The backlog, which had grown, is empty again.
    func connectionDidDrain(_ connection: any Connection)
    func connection(_ connection: any Connection, didCloseWith reason: CloseReason)
}

/// What became of bytes given to ``Connection/send(_:)``.
public enum SendOutcome: Equatable, Sendable {
    /// The transport has them all.
    case sent
    /// Some wait in the backlog.
    case queued
    /// The backlog would pass its limit: none was taken.
    case refused
    /// The connection has ended or is about to be reported so.
    case closed
}

/// How to end a connection from this side.
public enum CloseMode: Sendable {
    /// What is in the backlog goes out first, for as long as ``Stream/lingerLimit``, then the peer is told of the end.
    case orderly
    /// At once, with whatever reset the transport has, and everything not sent is lost.
    case abort
}

/// Why a connection ended.
public enum CloseReason: Hashable, Sendable {
    /// This side closed it.
    case local
    /// The peer ended it (TCP: FIN).
    case peerClosed
    /// The peer does not know it or threw it away (TCP: RST).
    case reset
    /// The peer did not answer for as long as the transport was told to wait (TCP: keepalive, retransmission or user
    /// timeout; the kernel says the same of all three).
    case timedOut
    /// Nobody listens there.
    case refused
    /// The network says that the peer cannot be reached.
    case unreachable
    /// TLS failed, with OpenSSL's reason.
    indirect case insecure(String)
    /// Any other error, with its `errno`.
    case failed(Int32)
}
