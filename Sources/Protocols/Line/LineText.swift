import Time

/// The values in a line's text, read and written.
enum LineText {
    /// The slowest and the fastest line, in bits a second.
    private static let rates = 1...1_000_000_000_000
    private static let rateUnits: [(suffix: String, scale: Double)] = [("G", 1e9), ("M", 1e6), ("k", 1e3), ("", 1)]
    private static let byteUnits: [(suffix: String, scale: Int)] = [("MiB", 1 << 20), ("KiB", 1 << 10), ("B", 1)]
    /// The most bytes and packets that a queue may hold.
    private static let mostQueued = 1 << 30

    /// nil for no rate, and for none at all a nil within.
    static func rate(_ text: Substring) -> Int?? {
        if text == "none" { return .some(nil) }
        for (suffix, scale) in rateUnits where text.hasSuffix(suffix) {
            guard let number = Double(text.dropLast(suffix.count)), number.isFinite else { continue }
            let bits = (number * scale).rounded()
            guard bits >= Double(rates.lowerBound), bits <= Double(rates.upperBound) else { return nil }
            return .some(Int(bits))
        }
        return nil
    }

    static func format(rate: Int?) -> String {
        guard let rate else { return "none" }
        for (suffix, scale) in rateUnits where Double(rate) >= scale && !suffix.isEmpty {
            let text = trimmed(Double(rate) / scale) + suffix
            if self.rate(text[...]) == rate { return text }
        }
        return "\(rate)"
    }

    static func queue(_ text: Substring) -> LinePlan.QueueLimit? {
        if text.hasSuffix("p") {
            return Int(text.dropLast()).flatMap { 0...mostQueued ~= $0 ? .packets($0) : nil }
        }
        for (suffix, scale) in byteUnits where text.hasSuffix(suffix) {
            guard let number = Int(text.dropLast(suffix.count)) else { continue }
            return 0...(mostQueued / scale) ~= number ? .bytes(number * scale) : nil
        }
        return nil
    }

    static func format(queue: LinePlan.QueueLimit) -> String {
        switch queue {
        case .packets(let count): return "\(count)p"
        case .bytes(let count):
            let unit = byteUnits.first { count > 0 && count % $0.scale == 0 } ?? ("B", 1)
            return "\(count / unit.scale)\(unit.suffix)"
        }
    }

    /// `5%` or `0.05`.
    static func share(_ text: Substring) -> Double? {
        let number = text.hasSuffix("%") ? Double(text.dropLast()).map { $0 / 100 } : Double(text)
        return number.flatMap { 0...1 ~= $0 ? $0 : nil }
    }

    static func format(share: Double) -> String {
        let text = trimmed(share * 100) + "%"
        return self.share(text[...]) == share && text.count < 8 ? text : trimmed(share)
    }

    static func shareAndTime(_ text: Substring) -> (Double, Duration?)? {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        guard 1...2 ~= parts.count, let share = share(parts[0]) else { return nil }
        guard parts.count == 2 else { return (share, nil) }
        return DurationText.parse(parts[1]).map { (share, $0) }
    }

    static func loss(_ text: Substring) -> LossModel? {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        guard parts[0] == "ge" else { return parts.count == 1 ? share(text).map { .independent($0) } : nil }
        let shares = parts.dropFirst().compactMap(share)
        guard 2...4 ~= shares.count, shares.count == parts.count - 1 else { return nil }
        var model = GilbertElliott(enter: shares[0], leave: shares[1])
        if shares.count > 2 { model.lossWhenBad = shares[2] }
        if shares.count > 3 { model.lossWhenGood = shares[3] }
        return .gilbertElliott(model)
    }

    static func format(loss: LossModel) -> String {
        switch loss {
        case .independent(let share): return format(share: share)
        case .gilbertElliott(let model):
            return (["ge"] + [model.enter, model.leave, model.lossWhenBad, model.lossWhenGood].map(format(share:)))
                .joined(separator: "/")
        }
    }

    static func cuts(_ text: Substring) -> [LinePlan.Cut]? {
        if text == "none" { return [] }
        var cuts: [LinePlan.Cut] = []
        for part in text.split(separator: "/", omittingEmptySubsequences: false) {
            let times = part.split(separator: "+", omittingEmptySubsequences: false).map { DurationText.parse($0) }
            guard 1...2 ~= times.count, let at = times[0], times.count == 1 || times[1] != nil else { return nil }
            cuts.append(LinePlan.Cut(at: at, lasting: times.count == 2 ? times[1] : nil))
        }
        return cuts
    }

    static func format(cuts: [LinePlan.Cut]) -> String {
        cuts.isEmpty
            ? "none"
            : cuts.map { DurationText.format($0.at) + ($0.lasting.map { "+" + DurationText.format($0) } ?? "") }
                .joined(separator: "/")
    }

    /// A number without a fraction that is zero.
    private static func trimmed(_ number: Double) -> String {
        let text = "\(number)"
        return text.hasSuffix(".0") ? String(text.dropLast(2)) : text
    }
}
