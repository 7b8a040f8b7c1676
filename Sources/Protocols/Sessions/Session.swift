import Time

/// What the server keeps for one session.
public struct Session: Sendable {
    /// When it came into its state.
    public internal(set) var since: MonotonicTime
    /// The name of its connection's WinStation; nil while it has none.
    public internal(set) var station: String?
    public internal(set) var user: String?
    // In an order that leaves no gaps: there are as many of these as users.
    public internal(set) var application = ApplicationState()
    public let id: SessionID
    /// When the user last pressed a key or a mouse button.
    public internal(set) var lastInput: MonotonicTime
    /// When the user logged on; nil before.
    public var logonTime: MonotonicTime? { user == nil ? nil : loggedOn }
    var loggedOn = MonotonicTime.zero
    public internal(set) var client: ClientIdentity?
    public internal(set) var state: SessionState

    init(id: SessionID, state: SessionState, since: MonotonicTime, station: String?) {
        self.id = id
        self.state = state
        self.since = since
        self.station = station
        lastInput = since
    }
}

/// Which client a connection comes from.
public struct ClientIdentity: Equatable, Sendable {
    /// The workstation's name; empty before the client has said it.
    public var name: String
    /// The address and, behind the last colon, the port. The two are kept apart: an IPv4 address lies in its string's own
    /// fifteen bytes, and with the port it would have to be allocated.
    public var address: String { port.map { "\(host):\($0)" } ?? host }
    private let host: String
    private let port: UInt16?

    public init(name: String, address: String) {
        self.name = name
        let colon = address.utf8.lastIndex(of: UInt8(ascii: ":"))
        let number = colon.flatMap { UInt16(address[$0...].dropFirst()) }
        if let colon, let number, address.utf8.suffix(from: colon).dropFirst().elementsEqual(String(number).utf8) {
            host = String(address[..<colon])
            port = number
        } else {
            host = address
            port = nil
        }
    }
}
