import Addresses
import EventLoop
import Foundation
import Ghosts
import Glibc
import Netlab
import NetlabTestSupport
import ProgramTestSupport
import Testing
import Time

extension InNetwork {
    private struct Case: CustomStringConvertible {
        let situation: HeldAtMost.Situation
        let keepalive: Bool
        let userTimeout: Int32?
        var description: String { "\(situation) \(keepalive ? "keepalive " : "")\(userTimeout.map { "\($0) ms" } ?? "")" }
    }

    /// What it says against what the kernel then does with a peer that dies that moment, by the kernel's own word of the end.
    @Test func heldAtMostIsWhatTheKernelDoes() throws {
        let situations: [HeldAtMost.Situation] = [.idle, .inFlight, .windowClosed]
        let cases = situations.flatMap { situation in
            [(false, nil), (true, nil), (false, 5_300), (true, 5_300)].map {
                Case(situation: situation, keepalive: $0.0, userTimeout: $0.1 as Int32?)
            }
        }
        // A small window is soon closed.
        let owned = try OwnServer(port: 7200, clients: cases.count, receiveBuffer: 4096)
        for (each, socket) in zip(cases, owned.accepted) {
            if each.keepalive { socket.keepAlive(idle: 3, interval: 2, count: 3) }
            if let timeout = each.userTimeout { socket.set(Int32(IPPROTO_TCP), TCP_USER_TIMEOUT, timeout) }
            if each.situation == .windowClosed { socket.write([UInt8](repeating: 0, count: 60_000)) }
        }
        usleep(700_000)
        let loop = try EventLoop()
        var ends: [UInt16: MonotonicTime] = [:]
        let watch = try NetworkNamespace.within("server") {
            try DestroyWatch(on: loop) { socket, at in if socket.local.port == 7200, let port = socket.remote.port { ends[port] = at } }
        }
        let blackhole = try NetworkNamespace.within("clients") { try Blackhole() }
        try blackhole.add((1...cases.count).map(Laboratory.workstation))
        for (each, socket) in zip(cases, owned.accepted) where each.situation == .inFlight { socket.write([1]) }
        let start = loop.now
        let listed = try Laboratory.connections(try Laboratory.ghosts(["list", "--json", "--port", "7200"]))
        #expect(listed.count == cases.count)

        // A program that notices, as a server does: the kernel lets a socket go when its program has.
        let poll = loop.every(.milliseconds(10)) {
            for index in cases.indices where owned.accepted[index].descriptor >= 0 {
                var state = pollfd(fd: owned.accepted[index].descriptor, events: 0, revents: 0)
                if Glibc.poll(&state, 1, 0) > 0 { owned.close(index) }
            }
            if ends.count >= 10 { loop.stop() }
        }
        let guardian = loop.after(.seconds(30)) { loop.stop() }
        loop.run()
        poll.cancel()
        guardian.cancel()
        watch.readAll()

        for (index, each) in cases.enumerated() {
            let peer = "\(Laboratory.name(index + 1)):"
            let connection = try #require(listed.first { ($0["peer"] as? String)?.hasPrefix(peer) == true })
            #expect(connection["situation"] as? String == each.situation.rawValue, "\(each)")
            let port = try #require((connection["peer"] as? String)?.split(separator: ":").last.flatMap { UInt16($0) })
            let said = connection["heldAtMostSeconds"] as? Double
            let was = ends[port].map { ($0 - start).inSeconds }
            print("\(each): said \(said.map { "\($0)" } ?? "for ever"), was \(was.map { "\($0)" } ?? "for ever")")
            guard let said, let was else {
                #expect(each.situation == .idle && !each.keepalive && said == nil && was == nil, "\(each)")
                continue
            }
            #expect(abs(said - was) <= max(1, was * 0.05), "\(each)")
        }
    }
}
