import Contracts
import Measurement
import RDP
import Wire

/// Tells what the payloads of RDP connections are for: heartbeats, the taskbar clock, or the session itself.
final class LivenessClassifier {
    /// The desktop of the kit's own clients, in pixels.
    private static let desktop = (width: 640, height: 480)

    private var channels: [Int: ScanChannels] = [:]

    /// - Parameter flow: the connection's number.
    func classify(_ payload: UnsafeRawBufferPointer, fromServer: Bool, flow: Int) -> PayloadClass {
        channels[flow, default: ScanChannels()].learn(from: payload.bytes, fromServer: fromServer)
        guard let known = channels[flow] else { return .sessionData }
        let classes = PDUScan.classes(of: payload.bytes, fromServer: fromServer, channels: known)
        guard let first = classes.first.map(Self.payloadClass) else { return .sessionData }
        return classes.allSatisfy { Self.payloadClass($0) == first } ? first : .sessionData
    }

    private static func payloadClass(_ pdu: PDUClass) -> PayloadClass {
        switch pdu {
        case .heartbeatRequest: .heartbeatRequest
        case .heartbeatAnswer: .heartbeatAnswer
        case .bitmapUpdate(let rectangle):
            TaskbarClock.holds(rectangle, width: desktop.width, height: desktop.height) ? .clockUpdate : .sessionData
        case .other: .sessionData
        }
    }
}
