import Glibc
import Logging

/// Writes log lines to an ``ErrorOutput``: `2026-11-28T14:45:00Z warning tsserver: text key=value`.
public struct ProgramLogHandler: LogHandler {
    public var metadata: Logger.Metadata = [:]
    public var logLevel: Logger.Level
    private let label: String
    private let output: ErrorOutput

    public init(label: String, level: Logger.Level, output: ErrorOutput = .shared) {
        self.label = label
        logLevel = level
        self.output = output
    }

    /// Has every logger of this process write to standard error. To be called once, before the first logger is made.
    public static func install(level: Logger.Level) {
        LoggingSystem.bootstrap { ProgramLogHandler(label: $0, level: level) }
    }

    public subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    public func log(event: LogEvent) {
        let pairs = metadata.merging(event.metadata ?? [:]) { $1 }.sorted { $0.key < $1.key }.map { " \($0.key)=\($0.value)" }
        output.say("\(Self.timestamp()) \(event.level) \(label): \(event.message)\(pairs.joined())")
    }

    /// Now, in UTC and whole seconds (RFC 3339).
    private static func timestamp() -> String {
        var now = time(nil)
        var parts = tm()
        gmtime_r(&now, &parts)
        var text = [CChar](repeating: 0, count: 32)
        let length = strftime(&text, text.count, "%Y-%m-%dT%H:%M:%SZ", &parts)
        return String(decoding: text[..<length].map(UInt8.init(bitPattern:)), as: UTF8.self)
    }
}
