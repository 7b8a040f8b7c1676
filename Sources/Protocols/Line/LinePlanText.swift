import Describing
import Time

/// Why a text is no line, or no tariff.
public struct LineTextError: Error, Equatable, CustomStringConvertible {
    public let description: String

    init(_ description: String) { self.description = description }
}

extension LinePlan: CustomStringConvertible {
    /// Reads a preset's name and what is to be different: `isdn-64k:idle=60s,dial=2s`.
    ///
    ///     rate=64k or rate=128k/1M      bits a second, to the server / to the clients; none
    ///     delay=20ms  jitter=5ms
    ///     queue=40p or queue=64KiB      packets or bytes
    ///     loss=1% or loss=ge/1%/20%/80%/0%   Gilbert-Elliott: enter, leave, loss when bad (100%), loss when good (0%)
    ///     duplicate=1%  reorder=1%/10ms
    ///     cut=10s+3s/60s                cut at 10 s for 3 s, and at 60 s for good
    ///     forget=5m                     the firewall's idle time for a flow; none
    ///     dial=2s                       dialled on demand; none
    ///     idle=60s  engaged=5%/10s  hold=32  resets=both, to-server or to-clients
    public init(parsing text: String) throws(LineTextError) {
        let parts = text.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
        guard let preset = Self.presets.first(where: { $0.name == parts[0] }) else {
            throw LineTextError("unknown line '\(parts[0])': use \(Self.presets.map(\.name).joined(separator: ", "))")
        }
        self = preset
        var seen: Set<Substring> = []
        for pair in (parts.count == 2 ? parts[1] : "").split(separator: ",") {
            let sides = pair.split(separator: "=", maxSplits: 1)
            guard sides.count == 2, seen.insert(sides[0]).inserted else {
                throw LineTextError("\(name): write each parameter once, as name=value, not '\(pair)'")
            }
            guard let parameter = LineParameter.all.first(where: { $0.name == sides[0] }) else {
                throw LineTextError(
                    "\(name) has no parameter '\(sides[0])': use \(LineParameter.all.map(\.name).joined(separator: ", "))")
            }
            if sides[0] != "dial", dial == nil, parameter.isDialling {
                guard !seen.contains("dial") else { throw LineTextError("\(name): \(sides[0]) is of no use with dial=none") }
                dial = DialPlan()
            }
            guard parameter.read(&self, sides[1]) else {
                throw LineTextError("\(name): \(sides[0]) takes \(parameter.form), not '\(sides[1])'")
            }
        }
    }

    /// The preset's name and what is different from it; parses back to the same.
    public var description: String {
        let preset = Self.presets.first { $0.name == name } ?? .direct
        let pairs = LineParameter.all.compactMap { parameter -> String? in
            guard let text = parameter.write(self), text != parameter.write(preset) else { return nil }
            return "\(parameter.name)=\(text)"
        }
        return pairs.isEmpty ? name : "\(name):\(pairs.joined(separator: ","))"
    }
}

extension LinePlan {
    /// The presets with their values and the parameters with what they take, for a help screen of 80 columns.
    public static var help: String {
        let direct = Dictionary(uniqueKeysWithValues: LineParameter.all.map { ($0.name, $0.write(.direct)) })
        let lines = presets.map { preset in
            let values = LineParameter.all.compactMap { parameter -> String? in
                guard let text = parameter.write(preset), text != direct[parameter.name] else { return nil }
                return "\(parameter.name)=\(text)"
            }
            return (preset.name, values.isEmpty ? "no limit and no delay" : values.joined(separator: " "))
        }
        return HelpText.list(lines) + "\n  each with, behind a colon and parted by commas:\n"
            + HelpText.list(LineParameter.all.map { ($0.name, "\($0.help): \($0.form)") }, indent: 4)
    }
}

/// One parameter of a line's text.
private struct LineParameter: Sendable {
    let name: String
    /// What it is, to read before a colon.
    let help: String
    /// To read after "takes".
    let form: String
    var isDialling = false
    /// Sets it; false where the value is none.
    let read: @Sendable (inout LinePlan, Substring) -> Bool
    /// nil where it does not apply.
    let write: @Sendable (LinePlan) -> String?

    static let all: [LineParameter] = [
        LineParameter(name: "rate", help: "to the server / to the clients", form: "bits a second like 64k, 128k/1M or none") { plan, text in
            let rates = text.split(separator: "/", omittingEmptySubsequences: false).map(LineText.rate)
            guard 1...2 ~= rates.count, case let (toServer?, toClients?) = (rates[0], rates[rates.count - 1]) else { return false }
            plan.rate = BothWays(toServer: toServer, toClients: toClients)
            return true
        } write: { plan in
            let texts = [plan.rate.toServer, plan.rate.toClients].map(LineText.format(rate:))
            return texts[0] == texts[1] ? texts[0] : texts.joined(separator: "/")
        },
        duration("delay", "each way", \.delay),
        duration("jitter", "that may be added to the delay", \.jitter),
        LineParameter(name: "queue", help: "what waits for the line", form: "packets or bytes like 40p or 64KiB") { plan, text in
            guard let queue = LineText.queue(text) else { return false }
            plan.queue = queue
            return true
        } write: {
            LineText.format(queue: $0.queue)
        },
        LineParameter(
            name: "loss", help: "packets lost, singly or in bursts (Gilbert-Elliott: enter, leave, loss when bad, when good)",
            form: "a share like 1%, or enter, leave and losses like ge/1%/20%/80%/0%"
        ) { plan, text in
            guard let loss = LineText.loss(text) else { return false }
            plan.loss = loss
            return true
        } write: {
            LineText.format(loss: $0.loss)
        },
        LineParameter(name: "duplicate", help: "packets that come twice", form: "a share like 1%") { plan, text in
            guard let share = LineText.share(text) else { return false }
            plan.duplicated = share
            return true
        } write: {
            LineText.format(share: $0.duplicated)
        },
        LineParameter(name: "reorder", help: "packets that come late", form: "a share and a time like 1%/10ms") { plan, text in
            guard let (share, time) = LineText.shareAndTime(text) else { return false }
            plan.reordered = share
            plan.reorderedBy = time ?? plan.reorderedBy
            return true
        } write: {
            "\(LineText.format(share: $0.reordered))/\(DurationText.format($0.reorderedBy))"
        },
        LineParameter(name: "cut", help: "when the line is cut, with + for how long", form: "times like 10s+3s/60s, or none") {
            plan, text in
            guard let cuts = LineText.cuts(text) else { return false }
            plan.cuts = cuts
            return true
        } write: {
            LineText.format(cuts: $0.cuts)
        },
        LineParameter(name: "forget", help: "idle time after which a firewall forgets a flow", form: "a duration like 5m, or none") {
            plan, text in
            plan.forgets = DurationText.parse(text)
            return plan.forgets.map { $0 > .zero } ?? (text == "none")
        } write: {
            $0.forgets.map(DurationText.format) ?? "none"
        },
        LineParameter(
            name: "dial", help: "set-up time of a line that is dialled on demand", form: "a duration like 2s, or none", isDialling: true
        ) { plan, text in
            if text == "none" {
                plan.dial = nil
                return true
            }
            guard let setup = DurationText.parse(text) else { return false }
            plan.dial = plan.dial ?? DialPlan()
            plan.dial?.setup = setup
            return true
        } write: {
            $0.dial.map { DurationText.format($0.setup) } ?? "none"
        },
        LineParameter(name: "idle", help: "silence after which it hangs up", form: "a duration like 60s", isDialling: true) { plan, text in
            guard let idle = DurationText.parse(text), idle > .zero else { return false }
            plan.dial?.idle = idle
            return true
        } write: {
            $0.dial.map { DurationText.format($0.idle) }
        },
        LineParameter(name: "engaged", help: "calls that fail", form: "a share and a time to the next call like 5%/10s", isDialling: true) {
            plan, text in
            guard let (share, time) = LineText.shareAndTime(text) else { return false }
            plan.dial?.engaged = share
            if let time { plan.dial?.retry = time }
            return time.map { $0 >= DialPlan.shortestRetry } ?? true
        } write: {
            $0.dial.map { "\(LineText.format(share: $0.engaged))/\(DurationText.format($0.retry))" }
        },
        LineParameter(name: "hold", help: "packets kept while it dials", form: "a number of packets from 0 to 100000", isDialling: true) {
            plan, text in
            guard let hold = Int(text), 0...100_000 ~= hold else { return false }
            plan.dial?.hold = hold
            return true
        } write: {
            $0.dial.map { "\($0.hold)" }
        },
        LineParameter(name: "resets", help: "whose packets keep it up", form: "both, to-server or to-clients", isDialling: true) {
            plan, text in
            guard let resets = DialPlan.Resets(rawValue: String(text)) else { return false }
            plan.dial?.resets = resets
            return true
        } write: {
            $0.dial.map(\.resets.rawValue)
        },
    ]

    private static func duration(_ name: String, _ help: String, _ path: WritableKeyPath<LinePlan, Duration> & Sendable) -> LineParameter {
        LineParameter(name: name, help: help, form: "a duration like 20ms") { plan, text in
            guard let value = DurationText.parse(text) else { return false }
            plan[keyPath: path] = value
            return true
        } write: {
            DurationText.format($0[keyPath: path])
        }
    }
}
