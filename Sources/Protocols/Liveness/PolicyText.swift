import Time

/// Why a policy's text says nothing that can be done.
public struct PolicyTextError: Error, Equatable, CustomStringConvertible {
    public let description: String

    init(_ description: String) { self.description = description }
}

extension LivenessPolicy: CustomStringConvertible {
    /// Reads `none`, `tcp-keepalive:time=20s,interval=2s,count=3`, `tcp-user-timeout:timeout=20s`,
    /// `heartbeat:interval=5s,misses=3,timeout=800ms`, `clock:interval=60s`, `challenge:timeout=3s`,
    /// `line-aware:line=PATH,interval=10m,timeout=2s,tries=3` (without a line, whoever runs it must name one),
    /// `adaptive:interval=5s,threshold=8,window=32`, `spx-watchdog:timeout=6s,count=8` or
    /// `nbf-watchdog:inactivity=30s,answer=600ms,retries=8,alive=0s`. A parameter
    /// that is left out has the default printed by ``description`` of the policy's bare name.
    public init(parsing text: String) throws(PolicyTextError) {
        let parts = text.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
        var parameters = try PolicyParameters(text: parts.count == 2 ? parts[1] : "", policy: String(parts[0]))
        switch parts[0] {
        case "none":
            self = .none
        case "tcp-keepalive":
            let standard = TCPKeepalive.windowsNT4
            self = .tcpKeepalive(
                TCPKeepalive(
                    time: try parameters.wholeSeconds("time", default: standard.time),
                    interval: try parameters.wholeSeconds("interval", default: standard.interval),
                    count: try parameters.number("count", default: standard.count, in: 1...127)))
        case "tcp-user-timeout":
            self = .tcpUserTimeout(try parameters.duration("timeout", default: .seconds(60), in: .milliseconds(1)...(.seconds(2_000_000))))
        case "heartbeat":
            let interval = try parameters.duration("interval", default: .seconds(30), in: .milliseconds(10)...(.seconds(86400)))
            self = .heartbeat(
                Heartbeat(
                    interval: interval,
                    misses: try parameters.number("misses", default: 3, in: 1...1000),
                    timeout: try parameters.duration(
                        "timeout", default: min(Heartbeat.defaultTimeout, interval), in: .milliseconds(1)...interval)))
        case "clock":
            self = .clock(interval: try parameters.duration("interval", default: .seconds(60), in: .milliseconds(100)...(.seconds(86400))))
        case "challenge":
            self = .challenge(timeout: try parameters.duration("timeout", default: .seconds(3), in: .milliseconds(10)...(.seconds(60))))
        case "line-aware":
            self = .lineAware(
                LineAware(
                    interval: try parameters.duration("interval", default: .seconds(600), in: .milliseconds(100)...(.seconds(86400))),
                    timeout: try parameters.duration("timeout", default: .seconds(2), in: .milliseconds(10)...(.seconds(600))),
                    tries: try parameters.number("tries", default: 3, in: 1...100),
                    line: parameters.text("line") ?? ""))
        case "adaptive":
            self = .adaptive(
                PhiAccrual(
                    interval: try parameters.duration("interval", default: .seconds(30), in: .milliseconds(10)...(.seconds(86400))),
                    threshold: Double(try parameters.number("threshold", default: Int(PhiAccrual.standardThreshold), in: 1...100)),
                    window: try parameters.number("window", default: PhiAccrual.standardWindow, in: 4...1000)))
        case "spx-watchdog":
            let standard = DatagramWatchdog.spxWindowsNT4
            self = .spxWatchdog(
                DatagramWatchdog(
                    timeout: try parameters.duration("timeout", default: standard.timeout, in: .milliseconds(100)...(.seconds(86400))),
                    count: try parameters.number("count", default: standard.count, in: 1...250)))
        case "nbf-watchdog":
            let standard = NBFWatchdog()
            let long = Duration.seconds(86400)
            let alive = try parameters.duration("alive", default: .zero, in: .zero...long)
            self = .nbfWatchdog(
                NBFWatchdog(
                    inactivity: try parameters.duration("inactivity", default: standard.inactivity, in: .milliseconds(100)...long),
                    answer: try parameters.duration("answer", default: standard.answer, in: .milliseconds(10)...long),
                    retries: try parameters.number("retries", default: standard.retries, in: 1...250),
                    sessionAlive: alive == .zero ? nil : alive))
        default:
            throw PolicyTextError(
                "unknown liveness policy '\(parts[0])': use none, tcp-keepalive, tcp-user-timeout, heartbeat, clock, challenge, "
                    + "line-aware, adaptive, spx-watchdog or nbf-watchdog")
        }
        try parameters.expectAllUsed()
    }

    public var description: String {
        let parameters = parameters
        return parameters.isEmpty ? name : "\(name):" + parameters.map { "\($0)=\($1)" }.joined(separator: ",")
    }

    private var parameters: KeyValuePairs<String, String> {
        func text(_ duration: Duration) -> String { DurationText.format(duration) }
        return switch self {
        case .none: [:]
        case .tcpKeepalive(let keepalive):
            ["time": text(keepalive.time), "interval": text(keepalive.interval), "count": "\(keepalive.count)"]
        case .tcpUserTimeout(let timeout): ["timeout": text(timeout)]
        case .heartbeat(let heartbeat):
            ["interval": text(heartbeat.interval), "misses": "\(heartbeat.misses)", "timeout": text(heartbeat.timeout)]
        case .clock(let interval): ["interval": text(interval)]
        case .challenge(let timeout): ["timeout": text(timeout)]
        case .lineAware(let policy) where policy.line.isEmpty:
            ["interval": text(policy.interval), "timeout": text(policy.timeout), "tries": "\(policy.tries)"]
        case .lineAware(let policy):
            ["line": policy.line, "interval": text(policy.interval), "timeout": text(policy.timeout), "tries": "\(policy.tries)"]
        case .adaptive(let detector):
            ["interval": text(detector.interval), "threshold": "\(Int(detector.threshold))", "window": "\(detector.window)"]
        case .spxWatchdog(let watchdog): ["timeout": text(watchdog.timeout), "count": "\(watchdog.count)"]
        case .nbfWatchdog(let watchdog):
            [
                "inactivity": text(watchdog.inactivity), "answer": text(watchdog.answer), "retries": "\(watchdog.retries)",
                "alive": text(watchdog.sessionAlive ?? .zero),
            ]
        }
    }
}

/// The `key=value` pairs behind a policy's name, taken out one by one.
private struct PolicyParameters {
    private let policy: String
    private var values: [Substring: Substring] = [:]

    init(text: Substring, policy: String) throws(PolicyTextError) {
        self.policy = policy
        for pair in text.split(separator: ",") {
            let sides = pair.split(separator: "=", maxSplits: 1)
            guard sides.count == 2, values.updateValue(sides[1], forKey: sides[0]) == nil else {
                throw PolicyTextError("\(policy): write each parameter once, as name=value, not '\(pair)'")
            }
        }
    }

    mutating func duration(
        _ name: Substring, default standard: Duration, in range: ClosedRange<Duration>
    ) throws(PolicyTextError) -> Duration {
        guard let text = values.removeValue(forKey: name) else { return standard }
        guard let duration = DurationText.parse(text), range.contains(duration) else {
            let (least, most) = (DurationText.format(range.lowerBound), DurationText.format(range.upperBound))
            throw PolicyTextError("\(policy): \(name) must be a duration from \(least) to \(most), like 30s, not '\(text)'")
        }
        return duration
    }

    /// The kernel counts TCP_KEEPIDLE and TCP_KEEPINTVL in seconds, 1 to 32,767 (tcp(7); MAX_TCP_KEEPIDLE in the kernel).
    mutating func wholeSeconds(_ name: Substring, default standard: Duration) throws(PolicyTextError) -> Duration {
        let duration = try duration(name, default: standard, in: .seconds(1)...(.seconds(32767)))
        guard duration.components.attoseconds == 0 else {
            throw PolicyTextError("\(policy): \(name) must be whole seconds: the kernel counts no finer")
        }
        return duration
    }

    mutating func number(_ name: Substring, default standard: Int, in range: ClosedRange<Int>) throws(PolicyTextError) -> Int {
        guard let text = values.removeValue(forKey: name) else { return standard }
        guard let number = Int(text), range.contains(number) else {
            throw PolicyTextError("\(policy): \(name) must be a number from \(range.lowerBound) to \(range.upperBound), not '\(text)'")
        }
        return number
    }

    mutating func text(_ name: Substring) -> String? { values.removeValue(forKey: name).map(String.init) }

    func expectAllUsed() throws(PolicyTextError) {
        if let name = values.keys.sorted().first { throw PolicyTextError("\(policy) has no parameter '\(name)'") }
    }
}
