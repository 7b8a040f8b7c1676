import Foundation
import Ghosts
import Glibc
import Netlab
import NetlabTestSupport
import ProgramTestSupport
import Random
import Testing

extension InNetwork {
    /// The tool is killed at a hundred instants while it asks, and every option of every socket is soon as it was. The sockets are this
    /// process's own, so that the kernel tells it by getsockopt(2).
    @Test func killedAtAnyInstantItLeavesNothingChanged() throws {
        let owned = try OwnServer(port: 7100, clients: 24)
        for (index, socket) in owned.accepted.enumerated() {
            if index % 2 == 0 { socket.keepAlive(idle: Int32(600 + index), interval: Int32(20 + index), count: 5) }
            if index % 3 == 0 { socket.set(Int32(IPPROTO_TCP), TCP_USER_TIMEOUT, Int32(900_000 + index)) }
        }
        usleep(1_100_000)
        let blackhole = try NetworkNamespace.within("clients") { try Blackhole() }
        try blackhole.add((13...24).map(Laboratory.workstation))
        let before = owned.options
        var random = SeededGenerator(seed: 15)
        var caughtInTheAct = 0
        for round in 0..<100 {
            let asking = try Laboratory.program(Programs.path("tsghosts"), ["ask", "--port", "7100", "--questions", "10"])
            usleep(UInt32.random(in: 0...200_000, using: &random))
            if owned.options != before { caughtInTheAct += 1 }
            asking.signal(SIGKILL)
            _ = try asking.wait()
            try eventually("round \(round): options are back", within: .seconds(5)) { owned.options == before }
        }
        // Else the instants were too early or too late to show anything.
        #expect(caughtInTheAct > 30, "\(caughtInTheAct)")

        // And by SIGINT, at once and with its own word for it.
        let asking = try Laboratory.program(Programs.path("tsghosts"), ["ask", "--port", "7100", "--questions", "10"])
        try eventually("it asks") { owned.options != before }
        asking.signal(SIGINT)
        #expect(try asking.wait() == 130)
        #expect(owned.options == before)
        #expect(asking.output.contains(": interrupted"), "\(asking.output)")
    }

    /// A user timeout would end the dead ones by the first unanswered question.
    @Test func aUserTimeoutDoesNotEndWhomItAsks() throws {
        let owned = try OwnServer(port: 7101, clients: 2)
        for socket in owned.accepted { socket.set(Int32(IPPROTO_TCP), TCP_USER_TIMEOUT, 500) }
        usleep(1_100_000)
        let blackhole = try NetworkNamespace.within("clients") { try Blackhole() }
        try blackhole.add([Laboratory.workstation(2)])
        let before = owned.options
        let asked = try Laboratory.ghosts(["ask", "--port", "7101", "--json", "--questions", "3"])
        #expect(try Laboratory.verdicts(asked) == [Laboratory.name(1): "answered", Laboratory.name(2): "gone"])
        #expect(owned.options == before)
        #expect(try Laboratory.established(port: 7101).count == 2)
    }

    /// An idle peer that answers has at most three packets to do with it, by the kernel's count of segments.
    @Test func anAnswerTakesAtMostThreePackets() throws {
        let owned = try OwnServer(port: 7102, clients: 50)
        usleep(1_100_000)
        let before = owned.segments
        let asked = try Laboratory.ghosts(["ask", "--port", "7102"])
        #expect(asked.output.contains("50 asked: 50 answered"), "\(asked.output)")
        usleep(1_200_000)
        for (then, now) in zip(before, owned.segments) { #expect(now - then <= 3 && now > then) }
    }
}

/// Sockets of this process in the server's namespace, each with its client in the clients'.
final class OwnServer {
    let listener: PlainSocket
    private(set) var clients: [PlainSocket] = []
    private(set) var accepted: [PlainSocket] = []

    init(port: UInt16, clients count: Int, receiveBuffer: Int32? = nil) throws {
        _ = try Laboratory.network()
        listener = try NetworkNamespace.within("server") { PlainSocket.listener(Laboratory.serverAddress, port: port) }
        for number in 1...count {
            clients.append(try Laboratory.connected(from: number, port: port, receiveBuffer: receiveBuffer))
            accepted.append(listener.accepted())
        }
    }

    func close(_ index: Int) { accepted[index].close() }

    private func value(_ socket: PlainSocket, _ level: Int32, _ option: Int32) -> Int32 {
        var value: Int32 = 0
        var length = socklen_t(4)
        return getsockopt(socket.descriptor, level, option, &value, &length) == 0 ? value : -1
    }

    /// SO_KEEPALIVE, TCP_KEEPIDLE, TCP_KEEPINTVL, TCP_KEEPCNT, TCP_USER_TIMEOUT and the file status flags of each.
    var options: [[Int32]] {
        let tcp = Int32(IPPROTO_TCP)
        return accepted.map {
            [
                value($0, SOL_SOCKET, SO_KEEPALIVE), value($0, tcp, TCP_KEEPIDLE), value($0, tcp, TCP_KEEPINTVL),
                value($0, tcp, TCP_KEEPCNT),
                value($0, tcp, TCP_USER_TIMEOUT), fcntl($0.descriptor, F_GETFL),
            ]
        }
    }

    /// Segments sent and received by each.
    var segments: [UInt32] {
        accepted.map { socket in
            var bytes = [UInt8](repeating: 0, count: 256)
            var length = socklen_t(bytes.count)
            getsockopt(socket.descriptor, Int32(IPPROTO_TCP), TCP_INFO, &bytes, &length)
            let info = bytes.withUnsafeBytes { TCPInfo(UnsafeRawBufferPointer(rebasing: $0[..<Int(length)])) }
            return info.segmentsOut + info.segmentsIn
        }
    }
}
