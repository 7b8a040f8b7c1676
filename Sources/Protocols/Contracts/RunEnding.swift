/// How a run ended.
public enum RunEnding: String, Codable, Sendable {
    /// As planned.
    case complete
    /// By a signal: Ctrl-C, SIGTERM, SIGHUP.
    case interrupted
    /// By an error, or because one of its programs ended before its time.
    case failed
}
