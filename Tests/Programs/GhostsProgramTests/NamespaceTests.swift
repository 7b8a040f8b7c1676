import EventLoop
import Foundation
import Glibc
import Line
import LineControl
import Netlab
import NetlabTestSupport
import ProgramTestSupport
import Testing

extension InNetwork {
    /// From the other namespace, as one looks into a container: by name, by the process, by path, and with all.
    @Test func otherNamespacesAreLookedInto() throws {
        let server = try StockServer(.redis)
        let client = try Laboratory.connected(from: 1, port: server.port)
        usleep(1_100_000)
        for choice in ["server", "\(server.identifier)", "/run/netns/server", "all"] {
            let (program, arguments) = try Laboratory.network().command(
                in: .clients, Programs.path("tsghosts"), ["ask", "--netns", choice, "--json", "--port", "\(server.port)"])
            let said = try Command.run(program, arguments)
            #expect(said.contains("\"verdict\":\"answered\"") && said.contains("\"peer\":\"198.18.0.1:"), "\(choice): \(said)")
        }
        withExtendedLifetime(client) {}
    }

    /// A line says by its control socket whether it is up.
    @Test func nobodyIsAskedWhileTheLineIsDown() throws {
        let server = try StockServer(.redis)
        let client = try Laboratory.connected(from: 1, port: server.port)
        usleep(1_100_000)
        let loop = try EventLoop()
        let path = "/run/line-\(getpid()).sock"
        let control = try LineControlServer(path: path, state: .down, at: loop.now, on: loop) { _ in nil }
        func ask() throws -> String {
            let asking = try Laboratory.program(
                Programs.path("tsghosts"), ["ask", "--port", "\(server.port)", "--only-while-up", path, "--questions", "3"])
            let poll = loop.every(.milliseconds(20)) { if !asking.isRunning { loop.stop() } }
            loop.run()
            poll.cancel()
            return asking.output
        }
        #expect(try ask().contains("1: the way out is down"))
        control.tell(.up, at: loop.now)
        #expect(try ask().contains("1 asked: 1 answered"))

        // It goes down while a dead peer is asked: everything is put back at once.
        let blackhole = try NetworkNamespace.within("clients") { try Blackhole() }
        try blackhole.add([Laboratory.workstation(1)])
        let hangUp = loop.after(.seconds(1)) { control.tell(.down, at: loop.now) }
        #expect(try ask().contains("1: the way out is down"))
        hangUp.cancel()
        let listed = try Laboratory.connections(try Laboratory.ghosts(["list", "--json", "--port", "\(server.port)"]))
        #expect(listed.count == 1 && listed[0]["keepalive"] is NSNull)
        withExtendedLifetime(client) {}
    }
}
