import EventLoop
import Foundation
import LoopTestSupport
import Testing

@testable import TerminalServer

/// Who gets an answer from the admin face on TCP, asked as programs and browsers ask.
@Suite struct AdminAccessTests {
    private static let token = "correct-horse-battery"

    private static func tokenFile(_ text: String, mode: Int = 0o600) throws -> String {
        let path = freshPath()
        try #require(FileManager.default.createFile(atPath: path, contents: Data(text.utf8), attributes: [.posixPermissions: mode]))
        return path
    }

    private static func host(at address: SocketAddress = loopback) throws -> Host {
        let path = try tokenFile(token + "\n")
        defer { unlink(path) }
        return try Host {
            $0.admin = address
            $0.adminToken = try? AdminToken(contentsOf: path)
        }
    }

    /// The status of the answer to a request as it is on the wire.
    private static func status(of request: String, at host: Host) throws -> Int? {
        let recorder = Recorder()
        recorder.onOpen = { $0.send([UInt8](request.utf8)) }
        let stream = try LoopStream.connect(
            to: try #require(host.server.adminAddress), backlogLimit: 1 << 20, on: host.loop, handler: recorder)
        defer { stream.close(.abort) }
        try #require(host.loop.run { recorder.received.count > 12 || recorder.end != nil }, "no answer")
        return Int(String(decoding: recorder.received.dropFirst(9).prefix(3), as: UTF8.self))
    }

    private static let right = "Authorization: Bearer \(token)"
    private static let here = "Host: 127.0.0.1:9200"

    private static let cases: [([String], Int)] = [
        ([here, right], 200), (["Host: localhost", right], 200), (["Host: [::1]:80", right], 200), (["host: LOCALHOST:1", right], 200),
        ([here, "Authorization: bearer \(token)"], 200),
        // No token, or none that is right.
        ([here], 401), ([here, "Authorization: Bearer \(token)x"], 401), ([here, "Authorization: Bearer \(token.dropLast())"], 401),
        ([here, "Authorization: Bearer"], 401), ([here, "Authorization: Bearer "], 401), ([here, "Authorization: \(token)"], 401),
        ([here, "Authorization: Basic \(token)"], 401), ([here, right, right], 401), ([here, "X-Authorization: Bearer \(token)"], 401),
        // A name that was pointed here.
        (["Host: evil.example", right], 421), (["Host: 127.0.0.1.evil.example", right], 421),
        (["Host: localhost.evil.example:9200", right], 421),
        (["Host: evil.example@127.0.0.1", right], 421), (["Host: 10.0.0.1", right], 421), (["Host: ", right], 421),
        ([right], 400), ([here, here, right], 400), ([here, "Host: evil.example", right], 400),
        // A page of somebody else's.
        ([here, right, "Origin: http://evil.example"], 403), ([here, right, "Origin: null"], 403),
        ([here, right, "Origin: http://127.0.0.1:9201"], 403), ([here, right, "Origin: http://localhost:9200"], 403),
        ([here, right, "Origin: http://127.0.0.1:9200"], 200), ([here, right, "Sec-Fetch-Site: cross-site"], 403),
        ([here, right, "Sec-Fetch-Site: same-site"], 403), ([here, right, "Sec-Fetch-Site: same-origin"], 200),
        ([here, right, "Sec-Fetch-Site: none"], 200),
    ]

    @Test func overTCPTheTokenAndTheHostAndTheOriginCount() throws {
        let host = try Self.host()
        for (headers, status) in Self.cases {
            for page in ["GET /sessions", "HEAD /metrics"] {
                let request = ([page + " HTTP/1.0"] + headers).joined(separator: "\r\n") + "\r\n\r\n"
                #expect(try Self.status(of: request, at: host) == status, "\(request)")
            }
        }
    }

    @Test func whoeverIsRefusedHasDoneNothing() throws {
        let host = try Self.host()
        let client = try host.loggedOn("anna")
        for (headers, status) in Self.cases where status != 200 {
            let request = (["POST /sessions/\(client.number)/reset HTTP/1.0", "Content-Length: 0"] + headers).joined(separator: "\r\n")
            #expect(try Self.status(of: request + "\r\n\r\n", at: host) == status)
        }
        #expect(client.end == nil && host.server.sessions.count(.active) == 1)
        let request = "POST /sessions/\(client.number)/reset HTTP/1.0\r\nContent-Length: 0\r\n\(Self.here)\r\n\(Self.right)\r\n\r\n"
        #expect(try Self.status(of: request, at: host) == 200 && host.server.sessions.count(.active) == 0)
    }

    @Test func healthAloneIsToldWithoutTheToken() throws {
        let host = try Self.host()
        #expect(try Self.status(of: "GET /healthz HTTP/1.1\r\n\(Self.here)\r\n\r\n", at: host) == 200)
        #expect(try Self.status(of: "GET /healthz HTTP/1.1\r\nHost: evil.example\r\n\r\n", at: host) == 421)
        for page in ["/", "/metrics", "/sessions", "/events", "/healthz/x", "/nowhere", "/%00"] {
            #expect(try Self.status(of: "GET \(page) HTTP/1.1\r\n\(Self.here)\r\n\r\n", at: host) == 401, "\(page)")
        }
    }

    /// A request to a proxy names its host in another place.
    @Test func anotherHostInTheRequestLineIsNotServed() throws {
        let host = try Self.host()
        let request = "GET http://evil.example/sessions HTTP/1.1\r\n\(Self.here)\r\n\(Self.right)\r\n\r\n"
        #expect(try Self.status(of: request, at: host) == 400)
    }

    /// Its mode says who may open it; pages in a browser cannot, but through a proxy.
    @Test func overAUNIXSocketNoTokenIsAskedFor() throws {
        let host = try Self.host(at: .unix(path: freshPath()))
        #expect(try Self.status(of: "GET /sessions HTTP/1.0\r\n\r\n", at: host) == 200)
        for (origin, status) in [("admin", 200), ("evil", 403)] {
            let request = "GET /sessions HTTP/1.0\r\nHost: admin.example\r\nOrigin: https://\(origin).example\r\n\r\n"
            #expect(try Self.status(of: request, at: host) == status)
        }
    }

    @Test(arguments: ["/sessions/0%00x/reset", "/session%00", "/%", "/%zz", "/sessions/%C3/reset"])
    func whatIsNoPathIsRefused(path: String) throws {
        let host = try Host()
        #expect(try Self.status(of: "GET \(path) HTTP/1.0\r\n\r\n", at: host) == 400)
    }

    @Test func withoutATokenThereIsNoFaceOnTCP() throws {
        let error = #expect(throws: AdminAccessError.self) { try Host { $0.admin = loopback } }
        #expect(try #require(error).description.contains("--admin-token FILE"))
    }

    @Test(
        arguments: [
            ("0123456789abcdef\n", 0o600, nil), ("0123456789abcdef", 0o400, nil), ("-._~+/=0123456789", 0o640, nil),
            ("0123456789abcdef\n", 0o644, "open to other users"), ("0123456789abcdef\n", 0o620, "open to other users"),
            ("0123456789abcdef\n", 0o604, "open to other users"), ("0123456789abcde\n", 0o600, "at least 16"), ("", 0o600, "at least 16"),
            ("\n", 0o600, "at least 16"), ("0123456789abcdef\r\n", 0o600, "one line"), ("0123456789abcdef\nx\n", 0o600, "one line"),
            ("0123456789 abcdef\n", 0o600, "one line"), ("0123456789abcdeå\n", 0o600, "one line"),
            (String(repeating: "x", count: 1_025), 0o600, "longer than 1024 bytes"), (String(repeating: "x", count: 1_024), 0o600, nil),
        ] as [(String, Int, String?)])
    func aTokensFileIsLookedAt(text: String, mode: Int, trouble: String?) throws {
        let path = try Self.tokenFile(text, mode: mode)
        defer { unlink(path) }
        do throws(AdminTokenError) {
            let token = try AdminToken(contentsOf: path)
            #expect(trouble == nil)
            #expect(token.admits("Bearer " + text.filter { $0 != "\n" }) && !token.admits("Bearer x"))
        } catch {
            #expect(error.description.contains(path) && error.description.contains(trouble ?? "no trouble"), "\(error)")
        }
    }

    @Test func whatIsNoFileIsNoTokensFile() throws {
        let path = freshPath()
        defer { unlink(path) }
        #expect(throws: AdminTokenError.self) { try AdminToken(contentsOf: path) }
        #expect(mkfifo(path, 0o600) == 0)
        let error = #expect(throws: AdminTokenError.self) { try AdminToken(contentsOf: path) }
        #expect(error?.description == "the admin token \(path) is no file")
    }
}
