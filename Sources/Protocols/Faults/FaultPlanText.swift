import Time

/// Why a text is no fault plan.
public struct FaultPlanTextError: Error, Equatable, CustomStringConvertible {
    public let description: String
}

extension FaultPlan: CustomStringConvertible {
    /// Reads `power-off:share=50%,at=10s,over=2s,lasting=5s`; what is left out has the default of ``init(_:share:at:over:lasting:)``.
    public init(parsing text: String) throws(FaultPlanTextError) {
        let parts = text.split(separator: ":", maxSplits: 1)
        guard let name = parts.first, let fault = Fault(rawValue: String(name)) else {
            throw FaultPlanTextError(
                description: "unknown fault '\(text)': use \(Fault.allCases.map(\.rawValue).joined(separator: ", "))")
        }
        self.init(fault)
        for pair in (parts.count == 2 ? parts[1] : "").split(separator: ",") {
            let sides = pair.split(separator: "=", maxSplits: 1)
            guard sides.count == 2 else {
                throw FaultPlanTextError(description: "\(name): write each parameter as name=value, not '\(pair)'")
            }
            try set(sides[0], sides[1])
        }
    }

    private mutating func set(_ name: Substring, _ value: Substring) throws(FaultPlanTextError) {
        switch name {
        case "share":
            let number = value.hasSuffix("%") ? Double(value.dropLast()).map { $0 / 100 } : Double(value)
            guard let number, 0...1 ~= number else {
                throw FaultPlanTextError(description: "\(fault.rawValue): share is a part like 50% or 0.5, not '\(value)'")
            }
            share = number
        case "at": at = try duration(name, value)
        case "over": over = try duration(name, value)
        case "lasting": lasting = try duration(name, value)
        default:
            throw FaultPlanTextError(
                description: "\(fault.rawValue) has no parameter '\(name)': use share, at, over or lasting")
        }
    }

    private func duration(_ name: Substring, _ value: Substring) throws(FaultPlanTextError) -> Duration {
        guard let duration = DurationText.parse(value) else {
            throw FaultPlanTextError(description: "\(fault.rawValue): \(name) is a duration like 10s, not '\(value)'")
        }
        return duration
    }

    public var description: String {
        let times = [("at", at), ("over", over), ("lasting", lasting)].map { "\($0)=\(DurationText.format($1))" }
        return "\(fault.rawValue):share=\(share)," + times.joined(separator: ",")
    }
}
