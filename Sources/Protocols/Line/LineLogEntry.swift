import Time

/// A line of a line's log, NDJSON: how it began, every change of its state, every call once it is over.
public struct LineLogEntry: Codable, Equatable, Sendable {
    /// CLOCK_MONOTONIC in nanoseconds.
    public var t: MonotonicTime
    public var began: Beginning?
    public var state: LineState?
    public var call: LineCall?

    /// The first line.
    public struct Beginning: Codable, Equatable, Sendable {
        /// The line and its tariff in their texts.
        public var line: String
        public var tariff: String?
        public var seed: UInt64
        /// Nanoseconds since 1970 at `t`: by this a call's cause is found in a capture.
        public var wallClock: Int64

        public init(line: String, tariff: String?, seed: UInt64, wallClock: Int64) {
            self.line = line
            self.tariff = tariff
            self.seed = seed
            self.wallClock = wallClock
        }
    }

    public init(_ beginning: Beginning, at t: MonotonicTime) {
        self.t = t
        began = beginning
    }

    public init(_ event: LineEvent) {
        switch event {
        case .state(let state, let at): (t, self.state) = (at, state)
        case .ended(let call): (t, self.call) = (call.ended, call)
        }
    }
}
