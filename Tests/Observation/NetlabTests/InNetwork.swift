import EventLoop
import Glibc
import NetlabTestSupport
import TemporaryTestSupport
import Testing
import Time

@testable import Netlab

private let serverAddress = PrivateNetwork.serverAddress(1)
private let first = PrivateNetwork.workstations + 1

@Suite(.enabled(if: PrivateNetwork.isInside), .serialized) struct InNetwork {
    @Test func aDarkAddressNeitherSendsNorReceives() throws {
        _ = try Laboratory.network()
        let server = try NetworkNamespace.within("server") { PlainSocket.udp(bound: serverAddress, port: 7001) }
        let (dark, dim, well) = try NetworkNamespace.within("clients") {
            (try Blackhole(), PlainSocket.udp(bound: first, port: 7001), PlainSocket.udp(bound: first + 1, port: 7001))
        }
        func heard(by receiver: PlainSocket, from sender: PlainSocket, at address: UInt32) -> Bool {
            let byte = UInt8.random(in: 0...255)
            sender.send(byte, to: address, port: 7001)
            return receiver.receive() == byte
        }
        #expect(heard(by: server, from: dim, at: serverAddress))
        #expect(heard(by: dim, from: server, at: first))

        try dark.add([first])
        #expect(!heard(by: server, from: dim, at: serverAddress))
        #expect(!heard(by: dim, from: server, at: first))
        #expect(heard(by: server, from: well, at: serverAddress))
        #expect(heard(by: well, from: server, at: first + 1))

        // One that is dark and one that never was.
        try dark.remove([first, first + 9])
        #expect(dark.addresses.isEmpty)
        #expect(heard(by: server, from: dim, at: serverAddress))
        #expect(heard(by: dim, from: server, at: first))
    }

    @Test(arguments: [1_000, 20_000])
    func thousandsGoDarkAtOnce(count: Int) throws {
        let network = try Laboratory.network()
        let dark = try NetworkNamespace.within("clients") { try Blackhole() }
        let addresses = (0..<UInt32(count)).map { first + $0 }
        let elapsed = try ContinuousClock().measure { try dark.add(addresses) }
        print("\(count) addresses dark in \(elapsed)")
        // Measured 10 to 20 ms for a thousand; a busy machine gets ten times that.
        #expect(elapsed < .milliseconds(200 * max(1, count / 1_000)))
        #expect(try darkInKernel(dark, network) == count)
        try dark.remove(Array(addresses.dropFirst(10)))
        #expect(try darkInKernel(dark, network) == 10)
    }

    /// The independent witness: what nft(8) lists.
    private func darkInKernel(_ dark: Blackhole, _ network: PrivateNetwork) throws -> Int {
        let (program, arguments) = network.command(in: .clients, "nft", ["list", "set", "inet", dark.table, "dark"])
        return try Command.run(program, arguments).split(whereSeparator: { " ,\n\t".contains($0) })
            .count { $0.hasPrefix("198.18.") }
    }

    @Test func aDarkSetLeavesNothingBehind() throws {
        let network = try Laboratory.network()
        _ = try NetworkNamespace.within("clients") { try Blackhole() }
        let (program, arguments) = network.command(in: .clients, "nft", ["list", "tables"])
        #expect(try !Command.run(program, arguments).contains("tslab"))
    }

    @Test func theEndByKeepaliveIsSeen() throws {
        _ = try Laboratory.network()
        let loop = try EventLoop()
        var ends: [(socket: DestroyedSocket, at: MonotonicTime)] = []
        let (watch, listener) = try NetworkNamespace.within("server") {
            (try DestroyWatch(on: loop) { ends.append(($0, $1)) }, PlainSocket.listener(serverAddress, port: 7002))
        }
        let (dark, client) = try NetworkNamespace.within("clients") {
            (try Blackhole(), try #require(PlainSocket.connected(from: first + 5, to: serverAddress, port: 7002)))
        }
        var connection: PlainSocket? = listener.accepted()
        let descriptor = try #require(connection?.descriptor)
        #expect(descriptor >= 0)
        connection?.keepAlive(idle: 1, interval: 1, count: 2)
        try dark.add([first + 5])
        let start = loop.now
        let guardian = loop.after(.seconds(20)) { loop.stop() }
        let readable = loop.onReadable(descriptor) {
            var byte: UInt8 = 0
            #expect(recv(descriptor, &byte, 1, 0) == -1 && errno == ETIMEDOUT)
            connection = nil
        }
        let poll = loop.every(.milliseconds(20)) {
            if connection == nil { readable.cancel() }
            if !ends.isEmpty { loop.stop() }
        }
        loop.run()
        guardian.cancel()
        poll.cancel()
        watch.readAll()
        let end = try #require(ends.first { $0.socket.remote.host == "198.18.0.6" })
        #expect(end.socket.local == .ipv4(serverAddress, port: 7002))
        #expect(end.socket.state == 7)
        // Idle 1 s, then two probes a second apart, all without an answer.
        #expect(end.at - start > .milliseconds(2_500) && end.at - start < .seconds(8))
        #expect(watch.overruns == 0)
        withExtendedLifetime((client, listener)) {}
    }

    @Test(arguments: [DestroyWatch.receiveBuffer, 4096])
    func endsLostToASmallBufferSurface(receiveBuffer: Int32) throws {
        _ = try Laboratory.network()
        let loop = try EventLoop()
        var ends = 0
        let (watch, listener) = try NetworkNamespace.within("server") {
            (
                try DestroyWatch(on: loop, receiveBuffer: receiveBuffer) { socket, _ in
                    // The sockets of earlier tests may still be ending.
                    if socket.local.port == 7003, socket.remote.port != 0 { ends += 1 }
                },
                PlainSocket.listener(serverAddress, port: 7003)
            )
        }
        let rounds = 1_000
        for _ in 0..<rounds {
            // Closed by the client first, so that TIME_WAIT is on its side and the server's socket ends at once.
            var client = try NetworkNamespace.within("clients") {
                PlainSocket.connected(from: first + 7, to: serverAddress, port: 7003)
            }
            let server = listener.accepted()
            #expect(client != nil)
            client = nil
            #expect(server.receive() == nil)
        }
        usleep(200_000)
        watch.readAll()
        print("\(ends) ends, \(watch.overruns) overruns")
        if receiveBuffer == DestroyWatch.receiveBuffer {
            #expect(ends == rounds && watch.overruns == 0)
        } else {
            #expect(ends < rounds && watch.overruns > 0)
        }
    }

    @Test func theServerHasItsAddressesAndSettings() throws {
        let network = try Laboratory.network()
        let (program, arguments) = network.command(in: .server, "sysctl", ["-n", "net.ipv4.tcp_retries2"])
        #expect(try Command.run(program, arguments) == "5\n")
        for cell in 1...network.serverAddressCount {
            let listener = try NetworkNamespace.within("server") {
                PlainSocket.listener(PrivateNetwork.serverAddress(cell), port: 7004)
            }
            let client = try NetworkNamespace.within("clients") {
                PlainSocket.connected(from: first + 3, to: PrivateNetwork.serverAddress(cell), port: 7004)
            }
            #expect(client != nil && listener.accepted().descriptor >= 0)
        }
    }

    /// More workstations than the neighbour table holds: the `via` of the server's route is what makes this pass.
    @Test func fiveThousandWorkstationsAreNotNeighbours() throws {
        let network = try Laboratory.network()
        let server = try NetworkNamespace.within("server") { PlainSocket.udp(bound: serverAddress, port: 7005) }
        for index in 0..<5_000 as Range<UInt32> { server.send(0, to: first + index, port: 7005) }
        let (program, arguments) = network.command(in: .server, "ip", ["neighbour"])
        #expect(try Command.run(program, arguments).split(separator: "\n").count < 10)
    }

    @Test func aCaptureHoldsWhatWentBy() throws {
        let network = try Laboratory.network()
        let file = Temporary.path(".pcapng")
        defer { unlink(file) }
        let capture = try Capture(in: network, to: file)
        let server = try NetworkNamespace.within("server") { PlainSocket.udp(bound: serverAddress, port: 7006) }
        let client = try NetworkNamespace.within("clients") { PlainSocket.udp(bound: first, port: 7006) }
        for _ in 0..<500 { client.send(1, to: serverAddress, port: 7006) }
        let counts = try capture.stop()
        #expect(counts.captured >= 500 && counts.dropped == 0)
        withExtendedLifetime(server) {}
    }
}
