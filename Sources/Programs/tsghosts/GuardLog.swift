import FoundationEssentials
import Glibc

/// A structured log on standard error: one JSON object a line, as journald and others take it.
enum GuardLog {
    private struct Line: Encodable {
        let time: Double
        let event: String
        let fields: [String: String]

        private struct Key: CodingKey {
            let stringValue: String
            var intValue: Int? { nil }
            init(_ text: String) { stringValue = text }
            init?(stringValue: String) { self.stringValue = stringValue }
            init?(intValue: Int) { nil }
        }

        func encode(to encoder: any Encoder) throws {
            var values = encoder.container(keyedBy: Key.self)
            try values.encode(time, forKey: Key("time"))
            try values.encode(event, forKey: Key("event"))
            for (name, value) in fields { try values.encode(value, forKey: Key(name)) }
        }
    }

    static func say(_ event: String, _ fields: [String: String] = [:]) {
        var now = timespec()
        clock_gettime(CLOCK_REALTIME, &now)
        let time = Double(now.tv_sec) + Double(now.tv_nsec / 1_000_000) / 1000
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        guard let bytes = try? encoder.encode(Line(time: time, event: event, fields: fields)) else { return }
        let line = [UInt8](bytes) + [UInt8(ascii: "\n")]
        _ = Glibc.write(STDERR_FILENO, line, line.count)
    }
}
