import Wire

@testable import RDP

/// A server and a client that talk to each other, what each of them sent, and what each made of it.
struct Pair {
    var server: ServerEndpoint
    var client: ClientEndpoint
    private(set) var serverEvents: [ServerEvent] = []
    private(set) var clientEvents: [ClientEvent] = []
    /// Everything that went over the wire, each way.
    private(set) var fromClient: [UInt8] = []
    private(set) var fromServer: [UInt8] = []
    /// Bytes written and not yet delivered.
    var toServer = ByteWriter()
    var toClient = ByteWriter()
    /// The most bytes delivered at a time.
    let piece: Int

    static let configuration = ClientConfiguration(user: "ada", domain: "LAB", password: "secret", clientName: "WS1")

    init(
        piece: Int = .max, answersRoundTrips: Bool = true, configuration: ClientConfiguration = Self.configuration,
        security: ServerSecurity = ServerSecurity()
    ) {
        server = ServerEndpoint(security: security)
        self.piece = piece
        var configuration = configuration
        configuration.answersRoundTrips = answersRoundTrips
        client = ClientEndpoint(configuration: configuration)
    }

    /// Connects and lets the user in.
    static func active(
        piece: Int = .max, answersRoundTrips: Bool = true, configuration: ClientConfiguration = Self.configuration,
        security: ServerSecurity = ServerSecurity()
    ) throws -> Pair {
        var pair = Pair(
            piece: piece, answersRoundTrips: answersRoundTrips, configuration: configuration, security: security)
        try pair.reachLogon()
        pair.server.admit(output: &pair.toClient)
        try pair.settle()
        return pair
    }

    mutating func reachLogon() throws {
        client.start(output: &toServer)
        try settle()
    }

    /// Delivers until neither side has anything to say.
    mutating func settle() throws {
        while !toServer.isEmpty || !toClient.isEmpty {
            let (up, down) = (toServer.bytes, toClient.bytes)
            (toServer, toClient) = (ByteWriter(), ByteWriter())
            fromClient += up
            fromServer += down
            for bytes in Self.pieces(of: up, piece) { try deliver(toServer: bytes) }
            for bytes in Self.pieces(of: down, piece) { try deliver(toClient: bytes) }
        }
    }

    private mutating func deliver(toServer bytes: [UInt8]) throws {
        var input = ByteReader(bytes.span.bytes)
        while let event = try server.next(&input, output: &toClient) { serverEvents.append(event) }
    }

    private mutating func deliver(toClient bytes: [UInt8]) throws {
        var input = ByteReader(bytes.span.bytes)
        while let event = try client.next(&input, output: &toServer) { clientEvents.append(event) }
    }

    /// Takes the events out that came since the last time.
    mutating func takeServerEvents() -> [ServerEvent] {
        defer { serverEvents = [] }
        return serverEvents
    }

    mutating func takeClientEvents() -> [ClientEvent] {
        defer { clientEvents = [] }
        return clientEvents
    }

    static func pieces(of bytes: [UInt8], _ size: Int) -> [[UInt8]] {
        guard size < bytes.count else { return [bytes] }
        return stride(from: 0, to: bytes.count, by: size).map { Array(bytes[$0..<min($0 + size, bytes.count)]) }
    }
}
