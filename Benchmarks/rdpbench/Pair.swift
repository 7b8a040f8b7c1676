import RDP
import Wire

/// Both ends of one RDP connection in one process, for the price of the codecs alone.
struct Pair {
    var client = ClientEndpoint(configuration: ClientConfiguration(user: "user00001", clientName: "WS00001"))
    var server = ServerEndpoint()
    /// What the last turn of each side wrote.
    var toServer = ByteWriter(reservingCapacity: 65536)
    var toClient = ByteWriter(reservingCapacity: 65536)

    /// A whole logon, without the desktop's pixels.
    mutating func logOn() throws(RDPError) {
        client.start(output: &toServer)
        while !toServer.isEmpty || !toClient.isEmpty {
            try serve()
            try listen()
        }
    }

    /// The server reads what the client wrote.
    mutating func serve() throws(RDPError) {
        let received = toServer.bytes
        toServer.removeAll()
        var input = ByteReader(received.span.bytes)
        while let event = try server.next(&input, output: &toClient) {
            switch event {
            case .logonRequested: server.admit(output: &toClient)
            case .activated: server.sendSessionInfo(session: 7, domain: "", user: "user00001", output: &toClient)
            default: break
            }
        }
    }

    /// The client reads what the server wrote.
    mutating func listen() throws(RDPError) {
        let received = toClient.bytes
        toClient.removeAll()
        var input = ByteReader(received.span.bytes)
        while try client.next(&input, output: &toServer) != nil {}
    }
}
