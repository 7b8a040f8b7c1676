import Contracts
import NBF
import Wire

/// One LLC link between two stations in a capture, with the NetBIOS session on it, and what each of its frames is for.
struct NBFFlow {
    let number: Int
    /// The caller's number of the session, once a frame has told it.
    private(set) var connectionID: UInt16?
    private var client = Side()
    private var server = Side()

    private struct Side {
        var sent = NumberedPackets(modulus: 128)
        var last: TrafficClass?
        /// What the user's data was for that NetBIOS at the other side acknowledges with a frame of its own.
        var lastData = TrafficClass.sessionData
    }

    init(number: Int) { self.number = number }

    /// - Parameters:
    ///   - information: the frame's information field, as far as it was captured.
    ///   - payload: says what session data is for; it begins `offset` bytes into the information field.
    mutating func classify(
        _ frame: LLCFrame, _ information: RawSpan, fromServer: Bool, _ payload: (_ offset: Int) -> PayloadClass
    ) -> TrafficClass {
        if case .unnumbered(.sabme, _) = frame.control { (client.sent, server.sent) = (Side().sent, Side().sent) }
        let content = Self.content(information)
        if !fromServer { learn(content?.frame) }
        return fromServer
            ? Self.classify(frame, content, &server, &client, payload) : Self.classify(frame, content, &client, &server, payload)
    }

    private static func content(_ information: RawSpan) -> (frame: NBFFrame, length: Int)? {
        var reader = ByteReader(information)
        guard let frame = try? NBFFrame(from: &reader) else { return nil }
        return (frame, information.byteCount - reader.remaining)
    }

    /// A station that calls anew asks for the name before it resets its link of old, whose session is meant until the new one
    /// begins: NAME QUERY tells nothing here.
    private mutating func learn(_ frame: NBFFrame?) {
        if case .sessionInitialize(let numbers, _, _, _)? = frame { connectionID = UInt16(numbers.source) }
    }

    private static func classify(
        _ frame: LLCFrame, _ content: (frame: NBFFrame, length: Int)?, _ side: inout Side, _ other: inout Side,
        _ payload: (Int) -> PayloadClass
    ) -> TrafficClass {
        let kind: TrafficClass
        switch frame.control {
        case .unnumbered:
            kind = .setupTeardown
        case .supervisory(_, let receive, let pollFinal):
            let news = other.sent.acknowledge(before: Int(receive))
            if pollFinal {
                // A command asks, a response answers (802.2, 5.4.2.2).
                kind = frame.isResponse ? .watchdogAnswer : .watchdogProbe
            } else {
                kind = .ofAcknowledgement(news, repeating: other.last)
            }
        case .information(let send, let receive, _):
            _ = other.sent.acknowledge(before: Int(receive))
            if side.sent.isRepeated(Int(send)) {
                kind = side.sent.kind(of: Int(send)).repeated
            } else {
                kind = Self.kind(of: content, other.lastData, payload)
                side.sent.append(Int(send), kind)
                if case .dataOnlyLast? = content?.frame { side.lastData = kind }
            }
        }
        side.last = kind
        return kind
    }

    private static func kind(
        of content: (frame: NBFFrame, length: Int)?, _ acknowledged: TrafficClass, _ payload: (Int) -> PayloadClass
    ) -> TrafficClass {
        switch content?.frame {
        case .sessionAlive?: .watchdogProbe
        case .dataFirstMiddle?, .dataOnlyLast?: TrafficClass(payload(content?.length ?? 0), repeated: false)
        case .dataAck?: .ofAcknowledgement([acknowledged], repeating: nil)
        case .sessionInitialize?, .sessionConfirm?, .sessionEnd?, .nameQuery?, .nameRecognized?: .setupTeardown
        case nil: .sessionData
        }
    }
}
