/// Which way a packet goes over the line.
public enum LineDirection: String, Codable, CaseIterable, Sendable {
    case toServer = "to-server"
    case toClients = "to-clients"
}

/// One value for each direction.
public struct BothWays<Value> {
    public var toServer: Value
    public var toClients: Value

    public init(toServer: Value, toClients: Value) {
        self.toServer = toServer
        self.toClients = toClients
    }

    public init(_ value: Value) { self.init(toServer: value, toClients: value) }

    public subscript(_ direction: LineDirection) -> Value {
        get { direction == .toServer ? toServer : toClients }
        set { if direction == .toServer { toServer = newValue } else { toClients = newValue } }
        _modify { if direction == .toServer { yield &toServer } else { yield &toClients } }
    }
}

extension BothWays: Equatable where Value: Equatable {}
extension BothWays: Sendable where Value: Sendable {}
extension BothWays: Encodable where Value: Encodable {}
extension BothWays: Decodable where Value: Decodable {}
