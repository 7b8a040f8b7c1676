import RDP
import Wire

/// Both ends of a connection, fed what claims to come from the other. A stream must mean the same in one piece and in
/// many, and neither end may answer much more than it is sent.
enum EndpointTargets {
    static let configuration = ClientConfiguration(user: "ada", domain: "LAB", password: "secret", clientName: "WS1")

    /// For a client that would be encrypted: the same numbers each time, and one key.
    private static let security = ServerSecurity(
        random: { count in [UInt8](repeating: 5, count: count) }, keyBits: 512)

    /// What an endpoint made of a stream.
    private struct Outcome<Event: Equatable>: Equatable {
        var events: [Event] = []
        var answers: [UInt8] = []
        var error: RDPError?
    }

    @Sendable static func server(_ stream: [UInt8]) {
        let whole = serve(stream, in: [0..<stream.count])
        check(whole, stream)
        guard serve(stream, in: pieces(of: stream)) == whole else { fatalError("the server makes something else of the pieces") }
    }

    @Sendable static func client(_ stream: [UInt8]) {
        let whole = use(stream, in: [0..<stream.count])
        check(whole, stream)
        guard use(stream, in: pieces(of: stream)) == whole else { fatalError("the client makes something else of the pieces") }
    }

    private static func serve(_ stream: [UInt8], in pieces: [Range<Int>]) -> Outcome<ServerEvent> {
        var outcome = Outcome<ServerEvent>()
        var server = ServerEndpoint(security: security)
        var output = ByteWriter()
        do throws(RDPError) {
            for piece in pieces {
                var input = ByteReader(stream.span.bytes.extracting(piece))
                while let event = try server.next(&input, output: &output) {
                    outcome.events.append(event)
                    answer(event, &server, &output)
                }
            }
        } catch {
            outcome.error = error
        }
        outcome.answers = output.bytes
        return outcome
    }

    /// What tsserver does, so that every PDU that may follow can.
    private static func answer(_ event: ServerEvent, _ server: inout ServerEndpoint, _ output: inout ByteWriter) {
        switch event {
        case .logonRequested(let request):
            // One user is turned away.
            if request.user == "mallory" { server.refuse(.deniedConnection, output: &output) } else { server.admit(output: &output) }
        case .activated: server.sendHeartbeat(sequence: 1, output: &output)
        case .shutdownRequested: server.denyShutdown(output: &output)
        default: break
        }
    }

    private static func use(_ stream: [UInt8], in pieces: [Range<Int>]) -> Outcome<ClientEvent> {
        var outcome = Outcome<ClientEvent>()
        var client = ClientEndpoint(configuration: configuration)
        var output = ByteWriter()
        client.start(output: &output)
        do throws(RDPError) {
            for piece in pieces {
                var input = ByteReader(stream.span.bytes.extracting(piece))
                while let event = try client.next(&input, output: &output) { outcome.events.append(event) }
            }
        } catch {
            outcome.error = error
        }
        outcome.answers = output.bytes
        return outcome
    }

    private static func check<Event>(_ outcome: Outcome<Event>, _ stream: [UInt8]) {
        if outcome.events.count > stream.count { fatalError("\(outcome.events.count) events from \(stream.count) bytes") }
        if outcome.answers.count > stream.count * 32 + 4096 { fatalError("\(outcome.answers.count) bytes of answers") }
    }
}
