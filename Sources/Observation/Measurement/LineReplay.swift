import Contracts
import Line
import Time

/// What a line would have done with other packets than it had: the captured ones, some left out, sent once more through
/// the same rules on virtual time.
///
/// So it is not estimated how long liveness keeps a line up: it is for how long the line was up, less for how long it would
/// have been up without those packets, where session data would have placed a call anyway a moment later.
public struct LineReplay {
    /// A packet as the line got it.
    public struct Packet: Sendable {
        public var time: MonotonicTime
        public var direction: LineDirection
        /// Bytes at the IP layer.
        public var bytes: Int
        public var kind: TrafficClass

        public init(time: MonotonicTime, direction: LineDirection, bytes: Int, kind: TrafficClass) {
            self.time = time
            self.direction = direction
            self.bytes = bytes
            self.kind = kind
        }
    }

    public let calls: [LineCall]

    /// - Parameters:
    ///   - packets: in the order of time.
    ///   - end: when the line is stopped.
    public init(_ plan: LinePlan, packets: some Sequence<Packet>, until end: MonotonicTime) {
        var line: LineMachine?
        for packet in packets where packet.time <= end {
            if line == nil { line = LineMachine(plan, seed: 0, at: packet.time) }
            // Of a packet only its length matters here.
            line?.send([UInt8](repeating: 0, count: packet.bytes), packet.direction, at: packet.time)
            while line?.arrival(at: packet.time) != nil {}
        }
        line?.stop(at: end)
        calls = line?.takeEvents().compactMap { if case .ended(let call) = $0 { call } else { nil } } ?? []
    }
}
