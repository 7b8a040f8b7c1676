import ArgumentParser
import EventLoop
import Transport

/// Reads options that say where to listen or connect. A text that names no such place is a wrong command line; a host whose
/// name cannot be looked up is trouble of another kind, and comes as an `EndpointError`.
public enum Endpoints {
    /// Where to connect.
    public static func target(_ option: String, _ text: String) throws -> Endpoint {
        try OptionValue.parsed(option, text) { try name($0).target() }
    }

    /// Where to listen: all of a name's addresses.
    public static func places(_ option: String, _ text: String) throws -> [Endpoint] {
        try OptionValue.parsed(option, text) { try name($0).resolve() }
    }

    private static func name(_ text: String) throws -> EndpointName { try EndpointName(parsing: text) }
}
