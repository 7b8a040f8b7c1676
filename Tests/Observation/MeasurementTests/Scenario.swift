import Glibc
import Netlab
import NetlabTestSupport
import Testing

/// Seven seconds of three cells: keepalive with healthy, dark and rebooted peers; a heartbeat with healthy peers and
/// session data; and clock updates to a dark peer beside a server whose client reads nothing.
struct Scenario {
    /// What the second cell's programs sent.
    struct Sent {
        var heartbeats = 0
        var answers = 0
        var session = 0
    }

    private struct Pair {
        var client: PlainSocket
        var server: PlainSocket
    }

    private static let ticks = 70

    func run() throws -> Sent {
        let first = PrivateNetwork.workstations
        func pairs(_ cell: Int, port: UInt16, _ workstations: ClosedRange<UInt32>, buffer: Int32? = nil) throws -> [Pair] {
            let address = PrivateNetwork.serverAddress(cell)
            let listener = try NetworkNamespace.within("server") { PlainSocket.listener(address, port: port) }
            return try workstations.map { workstation in
                let client = try NetworkNamespace.within("clients") {
                    try #require(
                        PlainSocket.connected(from: first + workstation, to: address, port: port, receiveBuffer: buffer))
                }
                let pair = Pair(client: client, server: listener.accepted())
                for end in [pair.client, pair.server] { end.set(Int32(IPPROTO_TCP), TCP_NODELAY, 1) }
                return pair
            }
        }
        let dark = try NetworkNamespace.within("clients") { try Blackhole() }
        let kept = try pairs(1, port: 7100, 1...12)
        for pair in kept { pair.server.keepAlive(idle: 1, interval: 1, count: 3) }
        let beating = try pairs(2, port: 7200, 21...25)
        let clock = try pairs(3, port: 7300, 31...31)[0]
        let stuck = try pairs(3, port: 7301, 32...32, buffer: 8192)[0]

        var sent = Sent()
        for tick in 0..<Self.ticks {
            switch tick {
            case 10:
                // Workstations 1 to 4 lose power, 5 reboots; 31 loses power too.
                try dark.add((1...5).map { first + $0 } + [first + 31])
                kept[4].client.resetOnClose()
                kept[4].client.close()
            case 12: try dark.remove([first + 5])
            default: break
            }
            if tick == 11 { clock.server.write(Array("C 10:11 AM".utf8)) }
            // One byte, which repeated looks like a keep-alive.
            if tick % 20 == 15 { kept[8].client.write([UInt8(ascii: "S")]) }
            if tick == 25 { kept[1].server.write([UInt8(ascii: "S")]) }
            if tick % 20 == 5 {
                for pair in beating where pair.server.write(Array("H heartbeat?".utf8)) > 0 { sent.heartbeats += 1 }
            }
            if tick % 30 == 9 {
                for pair in beating where pair.server.write(Array("S drawing".utf8)) > 0 { sent.session += 1 }
            }
            stuck.server.write([UInt8](repeating: UInt8(ascii: "S"), count: 1_000))
            usleep(100_000)
            for pair in beating where pair.client.read().first == UInt8(ascii: "H") {
                if pair.client.write(Array("A heartbeat.".utf8)) > 0 { sent.answers += 1 }
            }
            for pair in kept { _ = pair.server.read() }
        }
        withExtendedLifetime((kept, beating, clock, stuck)) {}
        return sent
    }
}
