/// What went to and from one server address: one cell of the lab.
public struct CellTraffic: Equatable, Sendable {
    private var tallies = [Tally](repeating: Tally(), count: TrafficClass.allCases.count)
    /// TCP connections seen.
    public var connections = 0

    public init() {}

    public subscript(_ kind: TrafficClass) -> Tally {
        get { tallies[Self.index[kind]!] }
        set { tallies[Self.index[kind]!] = newValue }
    }

    /// All that exists only to learn whether the peer is alive.
    public var liveness: Tally { TrafficClass.allCases.filter(\.isLiveness).reduce(Tally()) { $0 + self[$1] } }
    public var total: Tally { tallies.reduce(Tally(), +) }

    private static let index = Dictionary(uniqueKeysWithValues: TrafficClass.allCases.enumerated().map { ($1, $0) })
}

/// In JSON the classes that there were, by name: `{"sessionData": {"packets": 12, "bytes": 3456}}`.
extension CellTraffic: Codable {
    public init(from decoder: any Decoder) throws {
        self.init()
        for (name, tally) in try decoder.singleValueContainer().decode([String: Tally].self) {
            guard let kind = TrafficClass(rawValue: name) else { continue }
            self[kind] = tally
        }
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        let named = TrafficClass.allCases.filter { self[$0].packets > 0 }.map { ($0.rawValue, self[$0]) }
        try container.encode(Dictionary(uniqueKeysWithValues: named))
    }
}
