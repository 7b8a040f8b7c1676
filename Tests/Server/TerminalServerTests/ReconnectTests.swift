import EventLoop
import LoopTestSupport
import Sessions
import TerminalClient
import Testing
import Time
import Wire

@testable import RDP
@testable import TerminalServer

/// A reconnect cookie is good for the one session of the one user whose newest client was given it, and for no longer than that
/// (MS-RDPBCGR 5.5).
@Suite struct ReconnectTests {
    private static let peer = SocketAddress.ipv4(0xC612_0007, port: 1025)
    private let host: Host

    init() throws { host = try Host { $0.users = .listed(["anna": "a", "bert": "b"]) } }

    private func loggedOn(_ user: String, _ password: String) throws -> Client {
        let client = try host.client(user, password: password)
        try #require(host.loop.run { client.report != nil })
        return client
    }

    private func cookie(for client: Client) throws -> AutoReconnectCookie {
        try #require(host.server.makeReconnectCookie(for: .init(rawValue: client.number), isStock: true))
    }

    /// Whether who shows the cookie, and no password, is let in.
    private func admits(_ user: String, _ cookie: AutoReconnectCookie, change: (inout [UInt8]) -> Void = { _ in }) throws -> Bool {
        var writer = ByteWriter()
        for field in [UInt32(28), 1, cookie.session] { writer.u32le(field) }
        var verifier = AutoReconnectClaim.verifier(cookie.secret, Array(repeating: 0, count: 32))
        change(&verifier)
        writer.append(verifier)
        let bytes = writer.bytes
        var reader = ByteReader(bytes.span.bytes)
        let claim = try AutoReconnectClaim(from: &reader, clientRandom: nil)
        let request = LogonRequest(
            user: user, domain: "", password: "", clientName: "WS", clientBuild: 0, autoReconnect: claim)
        do throws(Refusal) {
            try host.server.authenticate(request, from: Self.peer)
            return true
        } catch {
            return false
        }
    }

    @Test func theClientThatHadTheSession() throws {
        let cookie = try cookie(for: try loggedOn("anna", "a"))
        #expect(try admits("anna", cookie) && admits("ANNA", cookie))
    }

    @Test func noOtherUser() throws {
        let cookie = try cookie(for: try loggedOn("anna", "a"))
        #expect(try !admits("bert", cookie) && !admits("", cookie))
    }

    @Test func noOtherSession() throws {
        let (anna, bert) = (try loggedOn("anna", "a"), try loggedOn("bert", "b"))
        var cookie = try cookie(for: anna)
        _ = try self.cookie(for: bert)
        cookie.session = bert.number
        #expect(try !admits("anna", cookie) && !admits("bert", cookie))
        cookie.session = 4_000_000_000
        #expect(try !admits("anna", cookie))
    }

    /// Every byte of the proof counts.
    @Test(arguments: 0..<16) func aProofOfWhichOneByteIsWrong(place: Int) throws {
        let cookie = try cookie(for: try loggedOn("anna", "a"))
        #expect(try !admits("anna", cookie) { $0[place] ^= 1 })
    }

    @Test func theNextClientsCookieEndsTheOneBefore() throws {
        let client = try loggedOn("anna", "a")
        let first = try cookie(for: client)
        let second = try cookie(for: client)
        #expect(first.secret != second.secret)
        #expect(try !admits("anna", first) && admits("anna", second))
        // A client of this kit has none, and ends it too.
        #expect(host.server.makeReconnectCookie(for: .init(rawValue: client.number), isStock: false) == nil)
        #expect(try !admits("anna", second))
    }

    /// Its number is another's afterwards.
    @Test func itEndsWithItsSession() throws {
        let client = try loggedOn("anna", "a")
        let cookie = try cookie(for: client)
        client.session.logOff()
        #expect(host.loop.run { client.end != nil })
        var others: [Client] = []
        while others.last?.number != client.number, others.count < 5 { others.append(try loggedOn("anna", "a")) }
        #expect(others.last?.number == client.number, "no session had the number again")
        #expect(try !admits("anna", cookie))
    }
}
