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
