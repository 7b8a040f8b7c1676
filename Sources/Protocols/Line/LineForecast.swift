import Random
import Time

/// What idle sessions that are asked regularly whether they are there would cost on a line, by virtual time: every question
/// and every answer goes through a ``LineMachine`` for the whole period, and nothing is extrapolated. The period begins at
/// midnight, and calls are priced by their hour of day.
public struct LineForecast: Equatable, Sendable {
    public let questions: Int
    public let calls: Int
    public let upTime: Duration
    public let charge: Tariff.Money

    /// Bytes of a TCP segment that carries nothing, with the timestamps that Linux puts into each, and of its answer
    /// (RFC 791, RFC 9293, RFC 7323: 20 + 20 + 12).
    public static let probeBytes = 52
    public static let month = Duration.seconds(30 * 86_400)

    /// - Parameters:
    ///   - interval: how often each session is asked.
    ///   - sessions: how many are behind the line; each begins at a moment of its own within the first interval.
    ///   - seed: of those moments.
    public init(
        _ plan: LinePlan, tariff: Tariff?, interval: Duration, sessions: Int, over period: Duration = month, seed: UInt64 = 1
    ) {
        var generator = SeededGenerator(seed: seed)
        let phases = (0..<max(0, sessions)).map { _ in
            Duration.nanoseconds(Int64.random(in: 0..<max(1, interval.nanoseconds), using: &generator))
        }.sorted()
        let probe = [UInt8](repeating: 0, count: Self.probeBytes)
        let end = MonotonicTime.zero + period
        var line = LineMachine(plan, seed: seed, at: .zero)
        var asked = 0
        var money = Tariff.Money.zero
        var calls = 0
        func settle(_ line: inout LineMachine, until now: MonotonicTime) {
            while let next = line.next, next <= now {
                while let arrival = line.arrival(at: next) {
                    // The client's kernel answers at once.
                    if arrival.direction == .toClients { line.send(probe, .toServer, at: next) }
                }
                if line.next == next { break }
            }
            for case .ended(let call) in line.takeEvents() {
                money += tariff?.charge(for: call, midnight: .zero) ?? .zero
                calls += call.up == nil ? 0 : 1
            }
        }
        var round = MonotonicTime.zero
        rounds: while !phases.isEmpty, interval > .zero {
            for phase in phases {
                let now = round + phase
                guard now < end else { break rounds }
                settle(&line, until: now)
                line.send(probe, .toClients, at: now)
                asked += 1
            }
            round = round + interval
        }
        settle(&line, until: end)
        line.stop(at: end)
        settle(&line, until: end)
        questions = asked
        self.calls = calls
        upTime = line.upTime(at: end)
        charge = money
    }
}
