import Time

/// What a line did and what it cost, as its program says it in JSON at its end or when it is asked.
public struct LineSummary: Codable, Equatable, Sendable {
    /// The line and its tariff in their texts; no tariff for a line that is not paid for by the call.
    public var line: String
    public var tariff: String?
    /// How long it has been there.
    public var seconds: Double
    /// Calls that were answered, and those that found the line engaged.
    public var calls: Int
    public var engaged: Int
    public var upSeconds: Double
    /// For all calls answered, the one still up at its price by now; 0 without a tariff.
    public var charge: Double
    public var currency: String?
    public var sent: BothWays<LineCall.Traffic>
    public var arrived: BothWays<LineCall.Traffic>
    /// What was sent, both ways together, by what it was for as its headers tell.
    public var byKind: TrafficByKind
    public var duplicated: Int
    /// By the names of ``LineDrop``; those that never happened are missing.
    public var drops: [String: Int]

    /// What it would cost to go on like that for so long: the charge in proportion to the time.
    public func charge(for time: Duration) -> Double { seconds > 0 ? charge * time.inSeconds / seconds : 0 }
}

/// Adds up what a line's calls cost, by the hour of day at which each came up.
public struct LineLedger: Sendable {
    public let tariff: Tariff?
    private let start: MonotonicTime
    private let midnight: MonotonicTime
    private var charge = Tariff.Money.zero

    /// - Parameter timeOfDay: at the start.
    public init(tariff: Tariff?, from start: MonotonicTime, timeOfDay: Duration = .zero) {
        self.tariff = tariff
        self.start = start
        midnight = MonotonicTime(nanoseconds: start.nanoseconds - timeOfDay.nanoseconds)
    }

    public mutating func add(_ call: LineCall) {
        charge += tariff?.charge(for: call, midnight: midnight) ?? .zero
    }

    /// To call once the line's events up to now are added.
    public func summary(of line: LineMachine, at now: MonotonicTime) -> LineSummary {
        var charge = charge
        if let tariff, let up = line.call?.up { charge += tariff.charge(forCallOf: now - up, answered: up - midnight) }
        return LineSummary(
            line: line.plan.description, tariff: tariff?.description, seconds: (now - start).inSeconds,
            calls: line.totals.answered, engaged: line.totals.engaged, upSeconds: line.upTime(at: now).inSeconds,
            charge: charge.amount, currency: tariff?.currency, sent: line.totals.sent, arrived: line.totals.arrived,
            byKind: line.totals.byKind, duplicated: line.totals.duplicated,
            drops: Dictionary(uniqueKeysWithValues: line.totals.dropped.map { ($0.key.rawValue, $0.value) }))
    }
}
