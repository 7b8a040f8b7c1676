import Glibc
import Testing

/// tsserver, and clients that nobody here wrote.
@Suite(.serialized, .timeLimit(.minutes(5))) struct StockClientTests {
    /// How long a client may take to its desktop.
    private static let timeout = 20.0

    @Test(arguments: StockClient.all) func seesTheDesktopAndTypes(stock: StockClient) throws {
        let (server, screen) = (try StockServer(stock.server), try Screen())
        let client = try stock.start(on: screen, at: server)
        try #require(server.reaches(.active, within: Self.timeout), "\(client.said)\n\(server.log)")
        try #require(eventually(within: Self.timeout) { screen.showsDesktop() }, "\(client.said)")
        let before = try screen.ink()
        try screen.type("hello")
        #expect(eventually(within: 5) { server.keystrokes == 5 }, "\(server.keystrokes) keystrokes")
        #expect(eventually(within: 5) { (try? screen.ink()).map { $0 > before + 20 } ?? false })
        client.end()
        #expect(server.reaches(.disconnected, within: 5))
    }

    /// A busy session sends more than 4,096 packets, so that keys must be updated on the way.
    @Test(arguments: ["xfreerdp", "rdesktop"]) func keysAreUpdatedOnTheWay(program: String) throws {
        let (server, screen) = (try StockServer(["--security", "rdp", "--encryption-level", "high"]), try Screen())
        let client = try StockClient(name: program, program: program).start(on: screen, at: server)
        try #require(server.reaches(.active, within: Self.timeout), "\(client.said)")
        try screen.type("flood\r")
        // Forty tiles at a time, twenty times a second.
        sleep(12)
        try screen.type("x")
        #expect(eventually(within: 5) { server.keystrokes == 7 }, "\(server.keystrokes) keystrokes; \(client.said)")
        #expect(server.state == .active)
    }

    @Test func aClientThatWantsMoreThanTLSIsToldNothingElse() throws {
        let (server, screen) = (try StockServer([]), try Screen())
        let client = try StockClient(name: "NLA", program: "xfreerdp", options: ["/sec:nla"]).start(on: screen, at: server)
        #expect(eventually(within: Self.timeout) { !client.process.isRunning })
        #expect(client.said.contains("Protocol Security Negotiation Failure"), "\(client.said)")
        #expect(server.state == nil)
    }

    @Test func aClientWithoutTLSIsToldThatItIsRequired() throws {
        let (server, screen) = (try StockServer(["--security", "tls"]), try Screen())
        let client = try StockClient(name: "RDP", program: "xfreerdp", options: ["/sec:rdp"]).start(on: screen, at: server)
        #expect(eventually(within: Self.timeout) { !client.process.isRunning })
        #expect(eventually(within: 2) { server.log.contains("SSL_REQUIRED_BY_SERVER") }, "\(server.log)")
        #expect(server.state == nil)
    }

    /// The article's hang: the program stops, its kernel goes on. TCP's keepalive is content; a heartbeat is not.
    @Test(arguments: ["xfreerdp", "rdesktop"]) func aStoppedClientIsFoundByHeartbeatsAlone(program: String) throws {
        for (policy, isFound) in [("tcp-keepalive:time=1s,interval=1s,count=2", false), ("heartbeat:interval=1s,misses=2", true)] {
            let (server, screen) = (try StockServer(["--liveness", policy]), try Screen())
            let client = try StockClient(name: program, program: program).start(on: screen, at: server)
            try #require(server.reaches(.active, within: Self.timeout), "\(client.said)")
            try #require(eventually(within: Self.timeout) { screen.showsDesktop() }, "\(client.said)")
            // Alive, it stays for longer than it takes to find it dead.
            sleep(5)
            #expect(server.state == .active, "\(policy), \(program) \(server.heartbeat ?? "")")
            client.send(SIGSTOP)
            #expect(server.reaches(.disconnected, within: 6) == isFound, "\(policy), \(program)")
            #expect(server.log.contains("Disconnected: heartbeat-missed") == isFound, "\(server.log)")
        }
    }

    /// Thrown out while it was stopped, xfreerdp comes back with the cookie and no help, over TLS and over RC4.
    @Test(arguments: ["tls", "rdp"]) func aClientThatWasThrownOutComesBackByItself(security: String) throws {
        let options = ["--liveness", "heartbeat:interval=1s,misses=2", "--security", security]
        let (server, screen) = (try StockServer(options), try Screen())
        let stock = StockClient(name: security, program: "xfreerdp", options: ["+auto-reconnect"])
        let client = try stock.start(on: screen, at: server)
        try #require(server.reaches(.active, within: Self.timeout), "\(client.said)")
        try #require(eventually(within: Self.timeout) { screen.showsDesktop() }, "\(client.said)")
        client.send(SIGSTOP)
        try #require(server.reaches(.disconnected, within: 6))
        client.send(SIGCONT)
        #expect(server.reaches(.active, within: Self.timeout), "\(client.said)")
        #expect(server.log.contains("its client reconnects by itself"), "\(server.log)")
    }
}
