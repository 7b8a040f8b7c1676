import Contracts
import SPX

/// One SPX connection in a capture, and what each of its packets is for.
struct SPXFlow {
    let number: Int
    private var client = Side()
    private var server = Side()

    private struct Side {
        var sent = NumberedPackets(modulus: 1 << 16)
        /// What the other side has asked and this one has not answered: the request to connect, or the watchdog's question.
        var owes: TrafficClass?
        var last: TrafficClass?
    }

    init(number: Int) { self.number = number }

    /// - Parameter payload: says what the packet's data is for.
    mutating func classify(_ header: SPXHeader, fromServer: Bool, _ payload: () -> PayloadClass) -> TrafficClass {
        fromServer ? Self.classify(header, &server, &client, payload) : Self.classify(header, &client, &server, payload)
    }

    private static func classify(
        _ header: SPXHeader, _ side: inout Side, _ other: inout Side, _ payload: () -> PayloadClass
    ) -> TrafficClass {
        let news = header.isRequest ? [] : other.sent.acknowledge(before: Int(header.acknowledge))
        let kind = kind(of: header, &side, other.last, news, payload)
        if header.isRequest || kind == .watchdogProbe { other.owes = kind }
        side.last = kind
        return kind
    }

    private static func kind(
        of header: SPXHeader, _ side: inout Side, _ last: TrafficClass?, _ news: [TrafficClass], _ payload: () -> PayloadClass
    ) -> TrafficClass {
        if header.isRequest { return .setupTeardown }
        if header.isProbe { return .watchdogProbe }
        if header.control.contains(.system) {
            // The driver answers a question with a packet of its own, whatever else it has to say.
            guard let owed = side.owes else { return .ofAcknowledgement(news, repeating: last) }
            side.owes = nil
            return owed == .watchdogProbe ? .watchdogAnswer : owed
        }
        let sequence = Int(header.sequence)
        if header.datastream == .endOfConnectionAcknowledgement { return .setupTeardown }
        if side.sent.isRepeated(sequence) { return side.sent.kind(of: sequence).repeated }
        let kind = header.datastream == .endOfConnection ? .setupTeardown : TrafficClass(payload(), repeated: false)
        side.sent.append(sequence, kind)
        return kind
    }
}
