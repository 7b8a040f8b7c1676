import Addresses
import Ghosts
import Testing
import Time

@Suite struct TextTests {
    @Test(arguments: [
        ("192.0.2.0/24", "192.0.2.77", true), ("192.0.2.0/24", "192.0.3.1", false), ("192.0.2.7", "192.0.2.7", true),
        ("192.0.2.7", "192.0.2.8", false), ("0.0.0.0/0", "203.0.113.1", true), ("0.0.0.0/0", "2001:db8::1", false),
        ("2001:db8::/33", "2001:db8:7fff::1", true), ("2001:db8::/33", "2001:db8:8000::1", false),
        ("2001:db8::1/127", "2001:db8::", true), ("2001:db8::1/127", "2001:db8::2", false),
    ])
    func networks(range: String, address: String, isIn: Bool) throws {
        let parsed = try #require(AddressRange(parsing: range))
        #expect(try parsed.contains(#require(SocketAddress(host: address, port: 9))) == isIn)
    }

    @Test(arguments: ["", "192.0.2.0/33", "192.0.2.0/", "192.0.2.0/-1", "2001:db8::/129", "example.org", "/8"])
    func noNetworks(text: String) { #expect(AddressRange(parsing: text) == nil) }

    @Test func optionsAreChangedWhereNamed() throws {
        let old = LivenessOptions(keepalive: false, idle: 7200, interval: 75, count: 9, userTimeout: 0)
        let both = try OptionsChange(parsing: "tcp-keepalive:time=60s,count=3+tcp-user-timeout:timeout=75s")
        #expect(both.applied(to: old) == LivenessOptions(keepalive: true, idle: 60, interval: 75, count: 3, userTimeout: 75_000))
        let plain = try OptionsChange(parsing: "tcp-keepalive")
        #expect(plain.applied(to: old) == LivenessOptions(keepalive: true, idle: 7200, interval: 75, count: 9, userTimeout: 0))
        let timeout = try OptionsChange(parsing: "tcp-user-timeout:timeout=1500ms")
        #expect(timeout.applied(to: old) == LivenessOptions(keepalive: false, idle: 7200, interval: 75, count: 9, userTimeout: 1500))
    }

    @Test(arguments: [
        "", "heartbeat", "tcp-keepalive:time=60", "tcp-keepalive:time=0s", "tcp-keepalive:time=1500ms", "tcp-keepalive:count=128",
        "tcp-keepalive:count=0", "tcp-keepalive:misses=3", "tcp-keepalive:time=1s,time=2s", "tcp-keepalive+tcp-keepalive",
        "tcp-user-timeout:timeout=0s", "tcp-keepalive:time=9h+", "tcp-keepalive:time=32768s",
    ])
    func optionsThatNobodyCanHave(text: String) {
        #expect(throws: OptionsTextError.self) { try OptionsChange(parsing: text) }
    }

    @Test(arguments: [
        (0, "0ms"), (44, "44ms"), (999, "999ms"), (1_000, "1s"), (1_449, "1.4s"), (12_400, "12s"), (59_960, "1m"), (90_000, "1.5m"),
        (7_875_000, "2.2h"), (86_400_000, "1d"), (864_000_000, "10d"),
    ])
    func briefDurations(milliseconds: Int, text: String) { #expect(DurationText.brief(.milliseconds(milliseconds)) == text) }

    @Test func namesOfProcessesReachNoTerminalRaw() {
        #expect(TerminalText.plain([0x1B, 0x5B, 0x32, 0x4A, 0x61, 0xC3, 0xA4, 0x0A, 0x7F]) == "?[2Ja????")
    }

    @Test func tablesFitATerminal() throws {
        var census = Census()
        census.namespaces = [""]
        census.servers = [Server(namespace: 0, port: 65_535, process: 4_194_304, name: "fifteen-letters")]
        let mapped = SocketAddress.ipv6(.max, .max, port: 65_535)
        let id = DiagID(
            family: DiagID.ipv6, localPort: 65_535, peerPort: 65_535, local: (.max, .max), peer: (.max, .max), interface: 0, cookie: 1)
        #expect(id.peer == mapped)
        var info = TCPInfo()
        (info.unsentBytes, info.lastAckReceived, info.lastDataReceived) = (1, .max, .max)
        let socket = TCPSocket(id: id, state: 1, timer: .windowProbe, sendQueue: .max, info: info)
        for verdict in [Verdict.gone(questions: 100, silence: .seconds(9)), .reset, .answered(after: .seconds(9)), .cannotAsk(.noRights)] {
            var connection = Connection(socket: socket, server: 0, held: HeldAtMost(socket, options: nil, kernel: KernelSettings()))
            connection.verdict = verdict
            census.connections.append(connection)
        }
        let texts = [
            Listing.servers(census), Listing.connections(census), try #require(Listing.verdicts(census, all: true)), Listing.legend,
        ]
        for line in texts.flatMap({ $0.split(separator: "\n") }) { #expect(line.utf8.count <= 80, "\(line)") }
    }
}
