import Measurement
import Time

/// The bound below which no policy can go, as a line of the report.
struct BoundLine: Encodable {
    let name: String
    /// SVG's stroke-dasharray.
    let dash: String
    /// Seconds to detection, and packets a session an hour: a question and its answer each.
    let points: [[Double]]

    /// The loss of packets for which the second line is drawn, and how often a well session may be lost then: once a month.
    private static let packetLoss = 0.01
    private static let falseDisconnects = 1.0 / (30 * 24)

    static func all(until horizon: Double) -> [BoundLine] {
        [
            BoundLine("bound", "4,3", loss: 0, falseDisconnects: 0, until: horizon),
            BoundLine(
                "asked at fixed times, 1 % lost", "1,3", loss: LivenessBound.loss(ofExchangesAtPacketLoss: packetLoss),
                falseDisconnects: falseDisconnects, until: horizon),
        ]
    }

    private init(_ name: String, _ dash: String, loss: Double, falseDisconnects: Double, until horizon: Double) {
        self.name = name
        self.dash = dash
        points = stride(from: 1, through: max(1, horizon), by: 1).compactMap { seconds in
            LivenessBound(
                detection: .seconds(seconds), loss: loss, falseDisconnectsPerSessionHour: falseDisconnects
            )?.probesPerSessionHourAtFixedTimes.map { [seconds, 2 * $0] }
        }
    }
}
