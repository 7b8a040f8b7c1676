import Time

/// What options a socket is to have, read from `tcp-keepalive:time=60s,interval=10s,count=3+tcp-user-timeout:timeout=75s`. What is
/// not named stays as the socket has it.
public struct OptionsChange: Equatable, Sendable {
    public private(set) var keepalive: Bool?
    public private(set) var idle: Int32?
    public private(set) var interval: Int32?
    public private(set) var count: Int32?
    public private(set) var userTimeout: UInt32?

    public init(parsing text: String) throws(OptionsTextError) {
        for part in text.split(separator: "+", omittingEmptySubsequences: false) {
            let sides = part.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
            var values: [Substring: Substring] = [:]
            for pair in sides.count == 2 ? sides[1].split(separator: ",") : [] {
                let two = pair.split(separator: "=", maxSplits: 1)
                guard two.count == 2, values.updateValue(two[1], forKey: two[0]) == nil else {
                    throw OptionsTextError("\(sides[0]): write each parameter once, as name=value, not '\(pair)'")
                }
            }
            switch sides[0] {
            case "tcp-keepalive" where keepalive == nil:
                keepalive = true
                // tcp(7): whole seconds up to 32,767, and up to 127 probes (MAX_TCP_KEEPIDLE and others).
                idle = try Self.seconds("time", values.removeValue(forKey: "time"))
                interval = try Self.seconds("interval", values.removeValue(forKey: "interval"))
                count = try values.removeValue(forKey: "count").map { text throws(OptionsTextError) in
                    guard let count = Int32(text), 1...127 ~= count else {
                        throw OptionsTextError("tcp-keepalive: count must be a number from 1 to 127, not '\(text)'")
                    }
                    return count
                }
            case "tcp-user-timeout" where userTimeout == nil:
                let text = values.removeValue(forKey: "timeout") ?? "60s"
                guard let time = DurationText.parse(text), .milliseconds(1)...(.seconds(2_000_000)) ~= time else {
                    throw OptionsTextError("tcp-user-timeout: timeout must be a duration from 1ms, like 75s, not '\(text)'")
                }
                userTimeout = UInt32(time.nanoseconds / 1_000_000)
            default:
                throw OptionsTextError(
                    "unknown option '\(sides[0])': write tcp-keepalive, tcp-user-timeout, or both joined with +, each once")
            }
            if let name = values.keys.sorted().first { throw OptionsTextError("\(sides[0]) has no parameter '\(name)'") }
        }
    }

    private static func seconds(_ name: String, _ text: Substring?) throws(OptionsTextError) -> Int32? {
        guard let text else { return nil }
        guard let time = DurationText.parse(text), .seconds(1)...(.seconds(32767)) ~= time, time.components.attoseconds == 0 else {
            throw OptionsTextError("tcp-keepalive: \(name) must be whole seconds from 1s to 32767s, not '\(text)'")
        }
        return Int32(time.components.seconds)
    }

    /// What a socket with these options comes to have.
    public func applied(to options: LivenessOptions) -> LivenessOptions {
        LivenessOptions(
            keepalive: keepalive ?? options.keepalive, idle: idle ?? options.idle, interval: interval ?? options.interval,
            count: count ?? options.count, userTimeout: userTimeout ?? options.userTimeout)
    }
}

/// Why a text names no options.
public struct OptionsTextError: Error, Equatable, CustomStringConvertible {
    public let description: String
    init(_ description: String) { self.description = description }
}
