import ProgramTestSupport
import Testing

/// A wrong command line ends at once with exit code 64 and one line that says what is right.
@Suite struct WrongCommandLineTests {
    struct Line: Sendable {
        let program: String
        let arguments: [String]
        /// What the message must hold.
        let said: String
    }

    private static func lines(_ program: String, _ lines: [([String], String)]) -> [Line] {
        lines.map { Line(program: program, arguments: $0, said: $1) }
    }

    private static let tsserver = lines(
        "tsserver",
        [
            (["--max-sessions", "0"], "--max-sessions takes a whole number from 1 to 1000000, not '0'"),
            (["--max-sessions", "-5"], "--max-sessions takes a whole number from 1 to 1000000, not '-5'"),
            (["--max-sessions", "99999999999999999999"], "from 1 to 1000000"),
            (["--max-sessions", "1e3"], "from 1 to 1000000"),
            (["--max-clients", "0"], "--max-clients takes a whole number from 1"),
            (["--max-clients", "five"], "not 'five'"),
            (["--max-sessions-per-user", "-1"], "--max-sessions-per-user takes a whole number from 1"),
            (["--clock", "1ns"], "--clock takes a duration from 100ms to 24h"),
            (["--clock", "0s"], "--clock takes a duration from 100ms to 24h"),
            (["--clock", "-1m"], "not '-1m'"),
            (["--clock", "0x1p3s"], "not '0x1p3s'"),
            (["--clock", ""], "--clock takes a duration"),
            (["--handshake-deadline", "1ns"], "--handshake-deadline takes a duration from 100ms to 1h"),
            (["--handshake-deadline", "9999d"], "--handshake-deadline takes a duration from 100ms to 1h"),
            (["--liveness", "sometimes"], "unknown liveness policy 'sometimes'"),
            (["--liveness", ""], "unknown liveness policy ''"),
            (["--liveness", "heartbeat:intervall=3s"], "heartbeat has no parameter 'intervall'"),
            (["--liveness", "heartbeat:interval=3s,interval=4s"], "interval"),
            (["--liveness", "tcp-keepalive:time=infs"], "time"),
            (["--keep-alive-enable", "0"], "--keep-alive-enable takes a whole number from 1 to 546"),
            (["--keep-alive-enable", "5", "--liveness", "clock"], "--keep-alive-enable takes no --liveness beside it"),
            (["--listen", ""], "--listen: '' is no endpoint"),
            (["--listen", "127.0.0.1"], "--listen: '127.0.0.1' is no endpoint: write an address or a host name, and a port"),
            (["--listen", "127.0.0.1:65536"], "is no endpoint"),
            (["--listen", "1.2.3:80"], "is no endpoint"),
            (["--listen", "ftp://127.0.0.1:1"], "--listen: unknown transport 'ftp'"),
            (["--admin", ""], "--admin takes a UNIX socket's path"),
            (["--broken-connection", "weep"], "--broken-connection takes disconnect or reset, not 'weep'"),
            (["--users", "/nonexistent/users"], "--users: cannot read the users file /nonexistent/users"),
            (["--certificate", "/nonexistent/pem"], "--certificate: cannot read the certificate /nonexistent/pem"),
            (["--key", "/nonexistent/pem"], "--key goes with --certificate"),
        ])

    private static let tsclient = lines(
        "tsclient",
        [
            (["127.0.0.1:1"], "Missing expected argument '--user <user>'"),
            (["127.0.0.1", "--user", "anna"], "'127.0.0.1' is no endpoint"),
            (["127.0.0.1:0", "--user", "anna"], "its port must be from 1 to 65535"),
            (["gopher://127.0.0.1:1", "--user", "anna"], "unknown transport 'gopher'"),
            (["127.0.0.1:1", "--user", ""], "--user takes 1 to 255 characters, not ''"),
            (["127.0.0.1:1", "--user", String(repeating: "x", count: 256)], "--user takes 1 to 255 characters"),
            (["127.0.0.1:1", "--user", "anna", "--password", String(repeating: "é", count: 256)], "--password takes 0 to 255 characters"),
            (["127.0.0.1:1", "--user", "anna", "--name", "ABCDEFGHIJKLMNOP"], "--name takes 1 to 15 characters"),
            (["127.0.0.1:1", "--user", "anna", "--name", String(repeating: "🖥", count: 8)], "--name takes 1 to 15 characters"),
            (["127.0.0.1:1", "--user", "anna", "--script", "dance"], "--script: script: cannot do 'dance': use type TEXT"),
            (
                ["127.0.0.1:1", "--user", "anna", "--script", "@/nonexistent/script"],
                "--script takes a file that can be read (No such file"
            ),
            (["127.0.0.1:1", "--user", "anna", "--script", "@/dev/null/x"], "(Not a directory)"),
            (["127.0.0.1:1", "--user", "anna", "--hang-after", "-1s"], "--hang-after takes a duration from 0s to 8760h"),
            (["127.0.0.1:1", "--user", "anna", "--hang-after", "10"], "not '10'"),
            (["127.0.0.1:1", "--user", "anna", "--logon-deadline", "0s"], "--logon-deadline takes a duration from 100ms to 1h"),
            (["127.0.0.1:1", "--user", "anna", "--from", "nowhere"], "--from takes a numeric address, not 'nowhere'"),
            (["127.0.0.1:1", "--user", "anna", "--security", "weird"], "Please provide one of 'none', 'rdp', 'tls' or 'negotiate'"),
        ])

    private static let tsload = lines(
        "tsload",
        [
            (["--clients", "99999999999999"], "--clients takes a whole number from 0 to 1000000"),
            (["--clients", "-3"], "--clients takes a whole number from 0 to 1000000, not '-3'"),
            (["--clients", "1.5"], "not '1.5'"),
            (["--clients", "٣"], "not '٣'"),
            (["--rate", "inf"], "--rate takes a number from 0.001 to 1000000, not 'inf'"),
            (["--rate", "nan"], "not 'nan'"),
            (["--rate", "1e-300"], "not '1e-300'"),
            (["--rate", "1e308"], "not '1e308'"),
            (["--rate", "0"], "--rate takes a number from 0.001"),
            (["--rate", "0x10"], "not '0x10'"),
            (["--rate", "0.001", "--workers", "4"], "--rate must be at least 0.001 for each of the --workers"),
            (["--workers", "0"], "--workers takes a whole number from 1 to 64"),
            (["--workers", "100000"], "--workers takes a whole number from 1 to 64"),
            (["--first-workstation", "9223372036854775807"], "--first-workstation takes a whole number from 0 to 16777216"),
            (["--first-workstation", "-1"], "--first-workstation takes a whole number"),
            (["--seed", "-1"], "--seed takes a whole number from 0"),
            (["--fault", "power-of"], "--fault: unknown fault 'power-of': use power-off, reboot, hang"),
            (["--fault", ""], "--fault: unknown fault ''"),
            (["--fault", "hang:shar=1"], "hang has no parameter 'shar': use share"),
            (["--fault", "hang:share=nan"], "share"),
            (["--fault", "hang:share=150%"], "share"),
            (["--fault", "hang:at=-1s"], "at"),
            (["--fault", "power-off"], "power-off needs workstations with addresses of their own: give --sources"),
            (["--target", ""], "--target: '' is no endpoint"),
            (["--target", "127.0.0.1:0"], "--target: 'tcp://127.0.0.1:0' cannot be connected to: its port must be from 1 to 65535"),
            (["--target", "a b:3389"], "is no endpoint"),
            (["--target", "x\u{1B}[2J:1"], "'x\\u{1B}[2J:1' is no endpoint"),
            (["--target", "nbf://198.19.1.1%a-name-that-is-too-long"], "is no endpoint"),
            (["--hold", "9999999999d"], "--hold takes a duration from 0s to 8760h"),
            (["--hold", "-5s"], "not '-5s'"),
            (["--hold", "5"], "like 250ms, 30s, 5m or 2h, not '5'"),
            (["--logon-deadline", "1us"], "--logon-deadline takes a duration from 100ms to 1h"),
            (["--return", "elsewhere"], "--return takes spare or same, not 'elsewhere'"),
            (["--return-after", "5s"], "--return-after and --return-over go with --return"),
            (["--return", "spare", "--return-over", "x"], "--return-over takes a duration"),
            (["--sources", "1.2.3"], "--sources takes an address like 127.18.0.0 or fd00::"),
            (["--sources", "255.255.255.0", "--clients", "1000"], "leaves no address for workstation 1001"),
            (["--sources", "fd00::"], "--sources fd00:: cannot reach tcp://127.0.0.1:3389: take both as IPv4"),
            (["--sources", "fd00::", "--target", "[::1]:1", "--fault", "power-off"], "take IPv4 --sources"),
            (["--truth", ""], "--truth takes a file that can be written (No such file"),
            (["--truth", "/nonexistent/truth"], "--truth takes a file that can be written (No such file"),
            (["--truth", "-", "--workers", "2"], "--truth - takes one worker"),
            (["--schedule", "/nonexistent/schedule", "--sources", "127.18.0.0"], "--schedule takes a file that can be read (No such file"),
            (["--schedule", "/etc/hostname", "--sources", "127.18.0.0"], "--schedule: "),
            (["--schedule", "/etc/hostname"], "give --sources"),
            (["--schedule", "/etc/hostname", "--sources", "127.18.0.0", "--fault", "hang"], "--schedule takes no --fault"),
            (["--work-every", "0s"], "--work-every takes a duration from 10ms"),
            (["--protocol", "telnet"], "telnet"),
            (["--protocol", "tcp", "--flood"], "take --protocol tsserver"),
            (["--protocol", "tcp", "--work-every", "1s"], "over tcp nothing is said"),
            (["--security", "tls", "--target", "spx://127.0.0.1:1"], "carries no TLS"),
            (["extra"], "Unexpected argument 'extra'"),
            (["--no-such-option"], "Unknown option '--no-such-option'"),
        ])

    private static let tslab = lines(
        "tslab",
        [
            (["reproduce", "--policy", ""], "--policy"),
            (["reproduce", "--policy", ";"], "--policy"),
            (["reproduce", "--policy", "xx"], "unknown liveness policy 'xx': use none"),
            (["reproduce", "--policy", "heartbeat:interval=3s,mises=3"], "heartbeat has no parameter 'mises'"),
            (["reproduce", "--fault", "xx"], "unknown fault 'xx': use power-off"),
            (["reproduce", "--fault", ""], "--fault takes faults like power-off,hang, not ''"),
            (["reproduce", "--fault", "hang,,kill"], "not 'hang,,kill'"),
            (["reproduce", "--transport", ""], "--transport"),
            (["reproduce", "--transport", "tcp,tcp"], "each transport once"),
            (["reproduce", "--transport", "udp"], "unknown transport 'udp': use tcp"),
            (["reproduce", "--clients", "-3"], "--clients takes a whole number from 1 to 10000, not '-3'"),
            (["reproduce", "--clients", "0"], "--clients takes a whole number from 1"),
            (["reproduce", "--clients", "10000"], "the lab has room for 30000"),
            (["reproduce", "--horizon", "1s"], "--horizon takes a duration from 10s to 24h"),
            (["reproduce", "--horizon", "nan"], "not 'nan'"),
            (["reproduce", "--seed", "0x1"], "--seed takes a whole number"),
            (["reproduce", "--return-after", "soon"], "--return-after takes a duration from 1s to 65s"),
            (["reproduce", "--return-after", "2h"], "--return-after takes a duration from 1s to 65s"),
            (["reproduce", "--columns", "policy,cost"], "unknown column 'cost': use transport, fault, policy"),
            (["reproduce", "--columns", ""], "unknown column ''"),
            (["reproduce", "--format", "xml"], "'xml' is invalid for '--format"),
            (["reproduce", "--json", "--format", "csv"], "--json prints results.json as it is"),
            (["sweep", "--line", "x"], "--line: unknown line 'x': use modem-28.8k"),
            (["sweep", "--line", "isdn-64k:intervall=3s"], "isdn-64k has no parameter 'intervall': use rate, delay"),
            (["sweep", "--line", ""], "--line takes lines like 'isdn-64k;lte', or none, not ''"),
            (["sweep", "--tariff", "x"], "--tariff: "),
            (["sweep", "--interval", ""], "--interval takes durations like 30s,5m, not ''"),
            (["sweep", "--interval", "30s,"], "not '30s,'"),
            (["sweep", "--work-every", "0s"], "--work-every takes a duration from 1s"),
            (["sweep", "--clients", "101"], "--clients takes a whole number from 1 to 100"),
            (["forecast", "--sessions", "0"], "--sessions takes a whole number from 1 to 10000"),
            (["forecast", "--line", "x"], "unknown line 'x'"),
            (["forecast", "--tariff", "-1 DEM/90s"], "--tariff"),
            (["forecast", "--interval", "1s", "--sessions", "10000"], "probes in a month: take fewer --sessions or a longer --interval"),
            (["line"], "Missing expected argument '--preset <line>'"),
            (["line", "--preset", "x"], "--preset: unknown line 'x'"),
            (["line", "--preset", "direct:loss=2"], "direct: loss takes a share"),
            (["line", "--preset", "direct", "--interfaces", "a"], "--interfaces takes two names"),
            (["stress", "--for", "0s"], "--for takes a duration from 1s"),
            (["stress", "--prefix", "-1"], "--prefix takes a whole number from 0"),
            (["stress", "--clients", "0"], "--clients takes a whole number from 1 to 10000"),
            (["stress", "--bound", "x"], "--bound takes a duration"),
            (["stress", "--reruns", "99999999999"], "--reruns takes a whole number from 0 to 1000"),
            (["witness"], "Missing expected argument '--server <command>'"),
            (["witness", "--server", " "], "--server takes a command"),
            (["witness", "--server", "x", "--port", "0"], "--port takes a whole number from 1 to 65535"),
            (["witness", "--server", "x", "--port", "70000"], "--port takes a whole number from 1 to 65535"),
            (["witness", "--server", "x", "--keepalive", "1/2/3"], "--keepalive takes time/interval/probes like 10s/2s/3"),
            (["witness", "--server", "x", "--keepalive", "10s/1500ms/3"], "whole seconds"),
            (["witness", "--server", "x", "--sysctl", "kernel.x=1"], "--sysctl takes net.NAME=VALUE"),
            (["witness", "--server", "x", "--protocol", "tsserver"], "tslab reproduce"),
            (["nonsense"], "nonsense"),
        ])

    /// Some at a time: most of what one takes is its start.
    @Test(arguments: ["tsserver", "tsclient", "tsload", "tslab"])
    func eachEndsWithWhatIsRight(program: String) throws {
        let lines = (Self.tsserver + Self.tsclient + Self.tsload + Self.tslab).filter { $0.program == program }
        #expect(lines.count >= 15)
        for start in stride(from: 0, to: lines.count, by: 8) {
            let some = lines[start..<min(start + 8, lines.count)]
            let running = try some.map { (line: $0, program: try RunningProgram($0.program, $0.arguments)) }
            for (line, program) in running {
                let comment = Comment(rawValue: "\(line.program) \(line.arguments.joined(separator: " "))")
                #expect(try program.wait() == 64, comment)
                let errors = program.errors
                let message = errors.split(separator: "\n").first ?? ""
                #expect(message.hasPrefix("Error: ") && message.contains(line.said), comment)
                #expect(program.output.isEmpty && errors.utf8.allSatisfy { $0 == UInt8(ascii: "\n") || $0 >= 32 }, comment)
            }
        }
    }
}
