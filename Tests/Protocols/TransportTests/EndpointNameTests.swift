import EventLoop
import Testing
import Transport

@Suite struct EndpointNameTests {
    @Test(arguments: ["127.0.0.1:3389", "[::1]:3389", "spx://127.0.0.1", "nbf://198.19.1.1%eth0", "tcp://0.0.0.0:1"])
    func addressesNeedNoLookup(text: String) throws {
        #expect(try EndpointName(parsing: text).resolve() == [Endpoint(parsing: text)])
    }

    @Test(arguments: ["localhost:3389", "tcp://localhost:3389", "LOCALHOST:3389", "spx://localhost:213", "nbf://localhost:3390"])
    func aNameStandsForItsAddresses(text: String) throws {
        let name = try EndpointName(parsing: text)
        let all = try name.resolve()
        #expect(!all.isEmpty && all.allSatisfy(\.isLoopback) && Set(all).count == all.count)
        // The one that the lab and the datagram transports can have.
        let target = try name.target()
        #expect(all.contains(target) && target.address.host == "127.0.0.1")
        #expect(target.kind == .tcp || all == [target])
    }

    @Test(arguments: [
        "", ":", ":80", "localhost", "localhost:", "localhost:-1", "localhost:65536", "local host:80", "1.2.3:80", "256.1.1.1:80", "-a:80",
        "a..b:80", ".a:80", "a.:80", "ä:80", "a/b@c:80", "[localhost]:80", "a\0:80", "spx://localhost", "tcp://tcp://a:1",
        String(repeating: "a", count: 64) + ":80", String(repeating: "a.", count: 127) + "a:80",
    ])
    func whatIsNoNameIsRefused(text: String) {
        #expect(throws: EndpointError.self) { try EndpointName(parsing: text) }
    }

    @Test func whoListensMayHaveThePortChosenAndWhoConnectsMayNot() throws {
        let name = try EndpointName(parsing: "localhost:0")
        #expect(try !name.resolve().isEmpty)
        #expect(throws: EndpointError.port("tcp://127.0.0.1:0")) { try name.target() }
    }

    /// RFC 6761, 6.4: nothing under it is ever there.
    @Test func aNameThatNobodyHasIsSaid() throws {
        let name = try EndpointName(parsing: "server.invalid:80")
        #expect { try name.resolve() } throws: {
            guard case EndpointError.unknownHost("server.invalid", _) = $0 else { return false }
            return true
        }
    }
}
