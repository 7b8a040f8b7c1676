import Line
import Testing
import Time

@Suite struct FirewallTests {
    private static let syn: UInt8 = 2
    private static let ack: UInt8 = 16

    @Test func anIdleConnectionIsForgotten() throws {
        var bench = try Bench("direct:forget=60s")
        let up = Packet.tcp(from: (2, 1025), to: (1, 3389), flags: Self.ack)
        let down = Packet.tcp(from: (1, 3389), to: (2, 1025), flags: Self.ack)
        // Unknown flows: nothing passes but the client's SYN.
        bench.send(down, .toClients, at: .zero)
        bench.send(up, .toServer, at: .zero)
        bench.send(Packet.tcp(from: (1, 9), to: (2, 9), flags: Self.syn), .toClients, at: .zero)
        #expect(bench.dropped(.forgotten) == 3)
        bench.send(Packet.tcp(from: (2, 1025), to: (1, 3389), flags: Self.syn), .toServer, at: .zero)
        // Either side keeps it, each time just in time.
        bench.send(down, .toClients, at: .milliseconds(59_999))
        bench.send(up, .toServer, at: .milliseconds(119_998))
        #expect(bench.dropped(.forgotten) == 3 && bench.arrivals.count == 3)
        // Idle for as long as it takes: forgotten, both ways, for good.
        bench.send(down, .toClients, at: .milliseconds(179_998))
        bench.send(up, .toServer, at: .seconds(180))
        bench.send(down, .toClients, at: .seconds(181))
        #expect(bench.dropped(.forgotten) == 6 && bench.arrivals.count == 3)
    }

    @Test func aFlowIsAllOfItsFive() throws {
        var bench = try Bench("direct:forget=60s")
        bench.send(Packet.udp(from: (2, 5000), to: (1, 213)), .toServer, at: .zero)
        bench.send(Packet.udp(from: (1, 213), to: (2, 5000)), .toClients, at: .seconds(1))
        for other in [
            Packet.udp(from: (1, 214), to: (2, 5000)), Packet.udp(from: (1, 213), to: (2, 5001)),
            Packet.udp(from: (3, 213), to: (2, 5000)), Packet.udp(from: (1, 213), to: (3, 5000)),
            Packet.tcp(from: (1, 213), to: (2, 5000), flags: Self.ack),
        ] { bench.send(other, .toClients, at: .seconds(1)) }
        #expect(bench.dropped(.forgotten) == 5 && bench.arrivals.count == 2)
        // UDP from inside begins anew.
        bench.send(Packet.udp(from: (2, 5000), to: (1, 213)), .toServer, at: .seconds(100))
        #expect(bench.arrivals.count == 3)
    }

    /// The server's probe of a forgotten connection goes over the line, and costs a call, before the firewall drops it.
    @Test func probesOfForgottenConnectionsPlaceCallsToo() throws {
        var bench = try Bench("isdn-64k:forget=60s,idle=10s")
        bench.send(Packet.tcp(from: (1, 3389), to: (2, 1025), flags: Self.ack), .toClients, at: .zero)
        bench.send(Packet.tcp(from: (2, 1025), to: (1, 3389), flags: Self.ack), .toServer, at: .seconds(60))
        bench.run(until: .seconds(100))
        #expect(bench.calls.count == 1 && bench.dropped(.forgotten) == 2 && bench.arrivals.isEmpty)
    }

    @Test func anyBytesAreCarried() throws {
        var generator = SystemRandomNumberGenerator.seeded(5)
        var bench = try Bench("direct:forget=60s")
        for index in 0..<20_000 {
            var packet = (0..<Int.random(in: 0...80, using: &generator)).map { _ in UInt8.random(in: 0...255, using: &generator) }
            if !packet.isEmpty { packet[0] = [0x45, 0x60, 0x4F, packet[0]].randomElement(using: &generator)! }
            bench.send(packet, index % 2 == 0 ? .toServer : .toClients, at: .milliseconds(index))
        }
        #expect(bench.arrivals.count + bench.dropped(.forgotten) == 20_000)
        #expect(bench.arrivals.count > 5_000 && bench.dropped(.forgotten) > 1_000)
    }
}
