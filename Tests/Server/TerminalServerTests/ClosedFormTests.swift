import EventLoop
import Foundation
import Glibc
import Liveness
import LoopTestSupport
import Netlab
import NetlabTestSupport
import TerminalClient
import TerminalServer
import Testing
import Time

/// A real server, the kernel's own keepalive and the closed forms of ``LivenessPolicy/closedForm``.
///
/// In a network namespace of its own, since the kernel counts keepalive probes by namespace and not by socket.
@Suite(.serialized, .enabled(if: geteuid() == 0, "needs a network namespace of its own: run as root")) struct ClosedFormTests {
    private static let clients = 20

    /// Idle clients are counted for a while, then freeze one after the other at every part of the period alike.
    @Test(arguments: [
        ("tcp-keepalive:time=2s,interval=1s,count=2", "timed-out"),
        // The user timeout is there instead of the count.
        ("tcp-keepalive:time=2s,interval=1s,count=9+tcp-user-timeout:timeout=3500ms", "timed-out"),
        ("heartbeat:interval=2s,misses=2,timeout=500ms", "heartbeat-missed"),
    ])
    func probesAndDetectionsAreWhatTheFormulaSays(text: String, reason: String) throws {
        try NetworkNamespace.withinNew { try holdAgainstTheFormula(text, reason) }
    }

    private func holdAgainstTheFormula(_ text: String, _ reason: String) throws {
        let policy = try LivenessPolicy(parsing: text)
        let form = try #require(policy.closedForm)
        let period = form.detection.upperBound - form.detection.lowerBound
        let host = try Host { $0.liveness = policy }
        let clients = try (1...Self.clients).map { try host.client("user\($0)", name: "WS\($0)") }
        try #require(host.loop.run { clients.allSatisfy { $0.report != nil } })
        let events = try Events(of: host)

        // From the middle of a period to that of another.
        host.loop.run(for: period / 2)
        let before = try Self.probes(policy, of: host)
        let (periods, began) = (3, host.loop.now)
        host.loop.run(for: period * periods)
        let seen = try Self.probes(policy, of: host) - before
        let expected = form.probesPerSessionHour * Double(Self.clients) * (host.loop.now - began).inSeconds / 3600
        #expect(abs(seen / expected - 1) < 0.05, "\(seen) probes instead of \(expected)")

        var struck: [String: MonotonicTime] = [:]
        for (index, client) in clients.enumerated() {
            let stream = try #require(client.session.connection as? LoopStream)
            struck["user\(index + 1)"] = host.loop.now
            try SocketFreeze.set(stream.fileDescriptor, frozen: true)
            host.loop.run(for: period / Self.clients)
        }
        try #require(host.loop.run(for: form.detection.upperBound * 3) { events.ends.count == Self.clients })
        #expect(events.ends.values.allSatisfy { $0.reason == reason })
        let times = try struck.map { user, time in (try #require(events.ends[user]).at - time).inSeconds }
        // The kernel's timers come late by an eighth of what is left of them at most, and this machine is busy.
        let slack = 0.2
        let ends = (form.detection.lowerBound.inSeconds, form.detection.upperBound.inSeconds)
        #expect(times.allSatisfy { ends.0 - 0.01...ends.1 + slack ~= $0 })
        let mean = times.reduce(0, +) / Double(times.count)
        #expect(abs(mean / form.meanDetection.inSeconds - 1) < 0.05, "\(mean) s instead of \(form.meanDetection)")
        let promised = form.meanDetection.inSeconds
        print("\(text): \(seen) probes for \(expected), T_D \(mean) s in the mean for \(promised) s")
    }

    /// The kernel's count of keepalive probes (TcpExt TCPKeepAlive, of this network namespace), or the server's of
    /// heartbeats.
    private static func probes(_ policy: LivenessPolicy, of host: Host) throws -> Double {
        guard policy[TCPKeepalive.self] != nil else { return try host.metric("tsserver_heartbeats_sent_total") }
        let rows = try String(contentsOfFile: "/proc/thread-self/net/netstat", encoding: .utf8).split(separator: "\n")
            .filter { $0.hasPrefix("TcpExt:") }.map { $0.split(separator: " ") }
        let column = try #require(rows.first?.firstIndex(of: "TCPKeepAlive"))
        return try #require(rows.count == 2 ? Double(rows[1][column]) : nil)
    }

    /// When each user's session left Active, and why, as the server publishes it.
    private final class Events {
        private(set) var ends: [String: (at: MonotonicTime, reason: String)] = [:]
        private var bytes: [UInt8] = []

        init(of host: Host) throws {
            try HTTPClient.request(
                "GET", "/events", at: host.admin, on: host.loop, receive: { [weak self] in self?.take($0) },
                done: { _ in })
        }

        private func take(_ new: some Sequence<UInt8>) {
            bytes += new
            while let end = bytes.firstIndex(of: 10) {
                let line = Data(bytes[..<end])
                bytes.removeSubrange(...end)
                guard let event = try? JSONSerialization.jsonObject(with: line) as? [String: Any],
                    event["from"] as? String == "Active", let user = event["user"] as? String,
                    let time = event["t"] as? Int64, let reason = event["reason"] as? String
                else { continue }
                ends[user] = (MonotonicTime(nanoseconds: time), reason)
            }
        }
    }
}
