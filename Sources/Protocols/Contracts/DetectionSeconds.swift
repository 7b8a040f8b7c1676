/// Quantiles of the time from the fault to the server's knowing, in seconds; null where the quantile lies among the
/// sessions that were still Active at the horizon.
public struct DetectionSeconds: Codable, Equatable, Sendable {
    public var p50: Double?
    public var p90: Double?
    public var p99: Double?
    public var max: Double?

    public init(p50: Double?, p90: Double?, p99: Double?, max: Double?) {
        self.p50 = p50
        self.p90 = p90
        self.p99 = p99
        self.max = max
    }

    private enum CodingKeys: CodingKey { case p50, p90, p99, max }

    /// Writes what is not known as null: readers find every key.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(p50, forKey: .p50)
        try container.encode(p90, forKey: .p90)
        try container.encode(p99, forKey: .p99)
        try container.encode(max, forKey: .max)
    }
}
