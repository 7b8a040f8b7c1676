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

    public var currency: String
    /// Of one unit, and how long it lasts. Each unit begun is paid for, the first as soon as the call is answered.
    public var unitPrice: Money
    public var unit: Duration
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
    public func charge(forCallOf up: Duration) -> Money {
        let (up, unit) = (max(0, up.nanoseconds), max(1, unit.nanoseconds))
        let units = max(1, Int(up / unit) + (up % unit == 0 ? 0 : 1))
        return max(minimum, setup + unitPrice * units)
    }

    /// For the calls that have ended and came up.
    public func charge(for calls: some Sequence<LineCall>) -> Money {
        calls.reduce(.zero) { sum, call in call.upTime.map { sum + charge(forCallOf: $0) } ?? sum }
    }
}

extension Tariff: CustomStringConvertible {
    /// Reads `0.12 DEM/90s`, also with `,setup=0.06` and `,minimum=0.20` behind it.
    public init(parsing text: String) throws(LineTextError) {
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
            guard sides.count == 2, let money = Money(text: sides[1]) else {
                throw LineTextError("a tariff's setup and minimum are sums like setup=0.06, not '\(pair)'")
            }
            switch sides[0] {
            case "setup": setup = money
            case "minimum": minimum = money
            default: throw LineTextError("a tariff has no '\(sides[0])': use setup or minimum")
            }
        }
    }

    public var description: String {
        "\(unitPrice) \(currency)/\(DurationText.format(unit))"
            + (setup == .zero ? "" : ",setup=\(setup)") + (minimum == .zero ? "" : ",minimum=\(minimum)")
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
