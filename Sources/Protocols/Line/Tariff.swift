import Time

/// What calls cost. A call that finds the line engaged costs nothing.
public struct Tariff: Equatable, Sendable {
    /// In ten-thousandths of the currency's unit, so that sums are exact.
    public struct Money: Hashable, Comparable, Sendable {
        public var tenThousandths: Int

        public init(tenThousandths: Int) { self.tenThousandths = tenThousandths }

        public static let zero = Money(tenThousandths: 0)

        public var amount: Double { Double(tenThousandths) / 10_000 }

        public static func < (a: Money, b: Money) -> Bool { a.tenThousandths < b.tenThousandths }
        public static func + (a: Money, b: Money) -> Money {
            let (sum, overflow) = a.tenThousandths.addingReportingOverflow(b.tenThousandths)
            return Money(tenThousandths: overflow ? .max : sum)
        }
        public static func += (a: inout Money, b: Money) { a = a + b }
        public static func * (a: Money, count: Int) -> Money {
            let (product, overflow) = a.tenThousandths.multipliedReportingOverflow(by: count)
            return Money(tenThousandths: overflow ? .max : product)
        }
    }

    /// Hours of the day at which a unit lasts another time.
    public struct Hours: Equatable, Sendable {
        /// Full hours: from 0 to 23, until 1 to 24. `until` before `from` is the next day's.
        public var from: Int
        public var until: Int
        public var unit: Duration

        public init(from: Int, until: Int, unit: Duration) {
            self.from = from
            self.until = until
            self.unit = unit
        }

        func contains(_ hour: Int) -> Bool { from < until ? from..<until ~= hour : hour >= from || hour < until }
    }

    public var currency: String
    /// Of one unit, and how long it lasts. Each unit begun is paid for, the first as soon as the call is answered.
    public var unitPrice: Money
    public var unit: Duration
    /// Hours at which a unit lasts longer or shorter than ``unit``. A unit lasts what holds at the moment it begins. Every day
    /// is the same: weekends and holidays are not modelled.
    public var hours: [Hours] = []
    /// For each call answered.
    public var setup: Money
    /// The least that a call answered costs, its set-up included.
    public var minimum: Money

    public init(
        currency: String, unitPrice: Money, unit: Duration, setup: Money = .zero, minimum: Money = .zero
    ) {
        self.currency = currency
        self.unitPrice = unitPrice
        self.unit = unit
        self.setup = setup
        self.minimum = minimum
    }

    /// For a call that was up for so long.
    ///
    /// - Parameter answered: the time of day at which it came up. Without one, the mean of calls that come up at each full hour
    ///   of the day: what is measured in a minute and extrapolated to a month is priced round the clock.
    public func charge(forCallOf up: Duration, answered: Duration? = nil) -> Money {
        if hours.isEmpty { return price(units: Self.units(of: unit.nanoseconds, in: up.nanoseconds)) }
        if let answered { return price(units: units(forCallOf: up.nanoseconds, from: answered.nanoseconds)) }
        let sum = (0..<24).map { charge(forCallOf: up, answered: .seconds(3600 * $0)) }.reduce(.zero, +)
        return Money(tenThousandths: (sum.tenThousandths + 12) / 24)
    }

    /// For a call that has ended; nothing for one that did not come up.
    ///
    /// - Parameter midnight: when a day began, which gives each call its time of day.
    public func charge(for call: LineCall, midnight: MonotonicTime) -> Money {
        guard let up = call.up, let time = call.upTime else { return .zero }
        return charge(forCallOf: time, answered: up - midnight)
    }

    private func price(units: Int) -> Money { max(minimum, setup + unitPrice * max(1, units)) }

    /// How many units begin in so many nanoseconds.
    private static func units(of unit: Int64, in time: Int64) -> Int {
        let (time, unit) = (max(0, time), max(1, unit))
        return Int(time / unit) + (time % unit == 0 ? 0 : 1)
    }

    /// How many units begin in a call that comes up at a time of day, hour by hour.
    private func units(forCallOf up: Int64, from answered: Int64) -> Int {
        let hour: Int64 = 3_600_000_000_000
        var (now, left, count) = (answered, max(0, up), 0)
        while left > 0 {
            let ofDay = Int((now % (24 * hour) + 24 * hour) % (24 * hour) / hour)
            let unit = max(1, (hours.first { $0.contains(ofDay) }?.unit ?? unit).nanoseconds)
            let untilNextHour = hour - (now % hour + hour) % hour
            let begun = Self.units(of: unit, in: min(left, untilNextHour))
            count += begun
            let (passed, overflow) = unit.multipliedReportingOverflow(by: Int64(begun))
            guard !overflow, passed < left else { break }
            (now, left) = (now + passed, left - passed)
        }
        return count
    }
}

extension Tariff {
    /// Deutsche Telekom's zone City from 1 January 1996: 12 Pfennig a unit, of 90 s by day, 150 s in the early morning and the
    /// evening, 240 s from 21:00 to 5:00. Weekends and holidays were cheaper by day, which is not modelled.
    static let telekom1996 = (name: "telekom-1996", text: "0.12 DEM/90s,5-9=150s,18-21=150s,21-5=240s")
}

extension Tariff: CustomStringConvertible {
    /// Reads `0.12 DEM/90s`, also with `,setup=0.06`, `,minimum=0.20` and `,18-21=150s` (from 18:00 to 21:00 a unit lasts 150 s)
    /// behind it; or `telekom-1996`.
    public init(parsing text: String) throws(LineTextError) {
        let text = text == Self.telekom1996.name ? Self.telekom1996.text : text
        let parts = text.split(separator: ",", omittingEmptySubsequences: false)
        let sides = parts[0].split(separator: "/", omittingEmptySubsequences: false)
        let number = sides[0].prefix { $0.isASCII && ($0.isNumber || $0 == ".") }
        let currency = sides[0].dropFirst(number.count).drop { $0 == " " }
        guard sides.count == 2, let price = Money(text: number), !currency.isEmpty, currency.allSatisfy(\.isLetter),
            let unit = DurationText.parse(sides[1]), unit > .zero
        else {
            throw LineTextError("a tariff is a price and a unit like '0.12 DEM/90s', not '\(text)'")
        }
        self.init(currency: String(currency), unitPrice: price, unit: unit)
        for pair in parts.dropFirst() {
            let sides = pair.split(separator: "=", maxSplits: 1)
            if let hours = try Hours(parsing: sides) {
                let taken = (0..<24).contains { hour in hours.contains(hour) && self.hours.contains { $0.contains(hour) } }
                guard !taken else { throw LineTextError("a tariff's hours may not overlap: '\(pair)' does") }
                self.hours.append(hours)
                continue
            }
            guard sides.count == 2, let money = Money(text: sides[1]) else {
                throw LineTextError("a tariff's setup and minimum are sums like setup=0.06, not '\(pair)'")
            }
            switch sides[0] {
            case "setup": setup = money
            case "minimum": minimum = money
            default: throw LineTextError("a tariff has no '\(sides[0])': use setup, minimum or hours like 18-21=150s")
            }
        }
    }

    public var description: String {
        "\(unitPrice) \(currency)/\(DurationText.format(unit))"
            + (setup == .zero ? "" : ",setup=\(setup)") + (minimum == .zero ? "" : ",minimum=\(minimum)")
            + hours.map { ",\($0.from)-\($0.until)=\(DurationText.format($0.unit))" }.joined()
    }
}

extension Tariff.Hours {
    /// Reads `18-21` and `150s`.
    ///
    /// - Returns: nil where the left side is not of that form.
    fileprivate init?(parsing sides: [Substring]) throws(LineTextError) {
        let ends = (sides.first ?? "").split(separator: "-", omittingEmptySubsequences: false)
        guard ends.count == 2, ends.allSatisfy({ 1...2 ~= $0.count && $0.allSatisfy { $0.isASCII && $0.isNumber } }),
            let from = Int(ends[0]), let until = Int(ends[1])
        else { return nil }
        guard 0...23 ~= from, 1...24 ~= until, from != until, sides.count == 2, let unit = DurationText.parse(sides[1]),
            unit > .zero
        else { throw LineTextError("a tariff's hours are like 18-21=150s or 21-5=240s, not '\(sides.joined(separator: "="))'") }
        self.init(from: from, until: until, unit: unit)
    }
}

extension Tariff.Money: CustomStringConvertible {
    /// The most that a text may say.
    private static let most = 1_000_000_000

    /// Up to four digits behind the point.
    init?(text: Substring) {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        guard 1...2 ~= parts.count, let whole = Int(parts[0]), 0...Self.most ~= whole, parts[0].allSatisfy(\.isNumber) else { return nil }
        let fraction = parts.count == 2 ? parts[1] : ""
        guard fraction.count <= 4, fraction.allSatisfy({ $0.isASCII && $0.isNumber }), parts.count == 1 || !fraction.isEmpty
        else { return nil }
        let padded = fraction + String(repeating: "0", count: 4 - fraction.count)
        self.init(tenThousandths: whole * 10_000 + (Int(padded) ?? 0))
    }

    /// With two digits behind the point, or as many as it takes.
    public var description: String {
        var digits = String(String(10_000 + tenThousandths % 10_000).dropFirst())
        while digits.count > 2, digits.hasSuffix("0") { digits.removeLast() }
        return "\(tenThousandths / 10_000).\(digits)"
    }
}
