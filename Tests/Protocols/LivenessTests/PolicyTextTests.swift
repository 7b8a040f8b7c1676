import Describing
import Glibc
import Liveness
import Testing

@Suite struct PolicyTextTests {
    @Test(arguments: [
        ("none", LivenessPolicy.none),
        ("tcp-keepalive:time=20s,interval=2s,count=3", .tcpKeepalive(TCPKeepalive(time: .seconds(20), interval: .seconds(2), count: 3))),
        ("tcp-keepalive:count=127,time=32767s", .tcpKeepalive(TCPKeepalive(time: .seconds(32767), interval: .seconds(1), count: 127))),
        // Windows NT 4.0's own (Q183786, Q170359).
        ("tcp-keepalive", .tcpKeepalive(TCPKeepalive(time: .seconds(7200), interval: .seconds(1), count: 5))),
        ("tcp-user-timeout:timeout=250ms", .tcpUserTimeout(.milliseconds(250))),
        ("tcp-user-timeout", .tcpUserTimeout(.seconds(60))),
        (
            "heartbeat:interval=5s,misses=2,timeout=300ms",
            .heartbeat(Heartbeat(interval: .seconds(5), misses: 2, timeout: .milliseconds(300)))
        ),
        ("heartbeat", .heartbeat(Heartbeat(interval: .seconds(30), misses: 3, timeout: .milliseconds(800)))),
        ("heartbeat:interval=200ms", .heartbeat(Heartbeat(interval: .milliseconds(200), misses: 3, timeout: .milliseconds(200)))),
        ("clock:interval=1m", .clock(interval: .seconds(60))),
        ("clock", .clock(interval: .seconds(60))),
        ("line-aware:line=/tmp/c++/line.sock,interval=1m", .lineAware(LineAware(interval: .seconds(60), line: "/tmp/c++/line.sock"))),
    ])
    func itIsReadAndPrintedSoThatItReadsTheSame(text: String, policy: LivenessPolicy) throws {
        #expect(try LivenessPolicy(parsing: text) == policy)
        #expect(try LivenessPolicy(parsing: policy.description) == policy)
        #expect(policy.description.hasPrefix(policy.name))
    }

    @Test(arguments: [
        ("", "unknown liveness policy ''"),
        ("heartbeet", "unknown liveness policy 'heartbeet'"),
        ("none:time=3s", "none has no parameter 'time'"),
        ("tcp-keepalive:time", "write each parameter once"),
        ("tcp-keepalive:time=", "write each parameter once"),
        ("tcp-keepalive:time=1s,time=2s", "write each parameter once"),
        ("tcp-keepalive:time=1500ms", "whole seconds"),
        ("tcp-keepalive:time=0s", "time must be a duration from 1s"),
        ("tcp-keepalive:time=32768s", "time must be a duration from 1s"),
        ("tcp-keepalive:time=-3s", "not '-3s'"),
        ("tcp-keepalive:count=0", "count must be a number from 1 to 127"),
        ("tcp-keepalive:count=128", "count must be a number from 1 to 127"),
        ("tcp-keepalive:count=three", "not 'three'"),
        ("tcp-keepalive:misses=3", "no parameter 'misses'"),
        ("tcp-user-timeout:timeout=0s", "timeout must be a duration"),
        ("heartbeat:interval=1s,timeout=2s", "timeout must be a duration from 1ms to 1s"),
        ("heartbeat:misses=1001", "misses must be a number from 1 to 1000"),
        ("clock:interval=10", "like 30s, not '10'"),
        ("heartbeet", "use none, tcp-keepalive, tcp-user-timeout, heartbeat, clock, challenge, line-aware, adaptive, spx-watchdog or"),
        ("heartbeat:mises=3", "no parameter 'mises': use interval, misses or timeout"), ("none:time=3s", "it has none"),
        ("tcp-keepalive+hartbeat", "unknown liveness policy 'hartbeat'"), ("tcp-keepalive:time=5s+hartbeat", "'hartbeat' behind the '+'"),
        ("heartbeat+heartbeat:misses=2", "heartbeat is there twice"), ("none+heartbeat", "none stands alone"),
        ("heartbeat+adaptive", "heartbeat and adaptive all ask the client program"), ("heartbeat+", "unknown liveness policy"),
    ])
    func whatCannotBeDoneIsRefusedWithTheReason(text: String, reason: String) {
        #expect { try LivenessPolicy(parsing: text) } throws: { "\($0)".contains(reason) }
    }

    @Test func eachPolicyTellsTransportAndApplicationTheirPart() throws {
        let keepalive = try LivenessPolicy(parsing: "tcp-keepalive:time=9s")
        #expect(keepalive[TCPKeepalive.self]?.time == .seconds(9) && keepalive.monitor(of: Int.self) == nil)
        #expect(keepalive.socketOptions.contains(SocketOption(Int32(IPPROTO_TCP), TCP_KEEPIDLE, 9)))
        let timeout = try LivenessPolicy(parsing: "tcp-user-timeout:timeout=5s")
        #expect(timeout.socketOptions == [SocketOption(Int32(IPPROTO_TCP), TCP_USER_TIMEOUT, 5_000)])
        let heartbeat = try LivenessPolicy(parsing: "heartbeat:misses=7")
        let monitor = heartbeat.monitor(of: Int.self) as? HeartbeatMonitor<Int>
        #expect(heartbeat.socketOptions.isEmpty && monitor?.heartbeat.misses == 7)
        for text in ["none", "clock", "challenge"] {
            let policy = try LivenessPolicy(parsing: text)
            #expect(policy.socketOptions.isEmpty && policy.monitor(of: Int.self) == nil)
        }
    }

    @Test func everyNameIsAPolicyAndTheErrorNamesThemAll() throws {
        for name in LivenessPolicy.names { _ = try LivenessPolicy(parsing: name) }
        let error = #expect(throws: DescriptionError.self) { try LivenessPolicy(parsing: "no-such-policy") }
        let named = (error?.description ?? "").split { !$0.isLetter && !$0.isNumber && $0 != "-" }.map(String.init)
        #expect(LivenessPolicy.names.allSatisfy(named.contains))
    }

    @Test func severalWorkSideBySide() throws {
        let text = "tcp-keepalive:time=10s,interval=2s,count=3+tcp-user-timeout:timeout=8s+heartbeat:interval=30s,misses=3,timeout=800ms"
        let policy = try LivenessPolicy(parsing: text)
        #expect(policy.name == "tcp-keepalive+tcp-user-timeout+heartbeat" && policy.description == text)
        #expect(policy.socketOptions.count == 5 && policy.monitor(of: Int.self) is HeartbeatMonitor<Int>)
        #expect(policy.isKnown(to: "tcp") && !policy.isKnown(to: "spx"))
        let list = try LivenessPolicy.list(["\(text),none;clock:interval=2s", "challenge"])
        #expect(list.map(\.name) == [policy.name, "none", "clock", "challenge"])
    }

    @Test func eachIsDescribed() {
        #expect(Set(LivenessPolicy.known.map { $0.name }).count == LivenessPolicy.known.count)
        for entry in LivenessPolicy.entries {
            #expect(!entry.summary.hasSuffix("."), "\(entry.name)")
            #expect(Set(entry.parameters.map(\.name)).count == entry.parameters.count, "\(entry.name)")
        }
        // What the help says one may write can be written.
        for entry in LivenessPolicy.entries { #expect(throws: Never.self) { try LivenessPolicy(parsing: entry.usage) } }
        #expect(LivenessPolicy.help.split(separator: "\n").allSatisfy { $0.count <= 80 }, "\(LivenessPolicy.help)")
    }
}
