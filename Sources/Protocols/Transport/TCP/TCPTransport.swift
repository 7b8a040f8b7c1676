import EventLoop
import Liveness
import Time

extension TransportKind {
    /// The kernel's TCP (RFC 9293).
    public static let tcp = TransportKind(
        TransportTraits(
            name: "tcp", summary: "the kernel's TCP", resetsUnknown: true,
            detection: { detectionByRepeating($0, $1) },
            listen: { endpoint, policy, backlogLimit, loop, trouble, accept throws(EventLoopError) in
                let listener = try Listener(on: loop, address: endpoint.address, backlogLimit: backlogLimit, exhausted: trouble) { stream in
                    do throws(EventLoopError) {
                        try policy.apply(to: stream)
                    } catch {
                        trouble(error)
                    }
                    return accept(stream)
                }
                return TransportListener(
                    endpoint: Endpoint(kind: endpoint.kind, address: listener.address), close: { listener.close() })
            },
            connect: { endpoint, source, backlogLimit, loop, handler throws(EventLoopError) in
                try Stream.connect(to: endpoint.address, from: source, backlogLimit: backlogLimit, on: loop, handler: handler)
            }))

    /// Where there is data in flight the kernel finds a dead machine by itself. The window of a hung client, though, closes
    /// soon, and its kernel answers the probes of it for ever (RFC 9293, 3.8.6.1).
    private static func detectionByRepeating(_ situation: Situation, _ policy: LivenessPolicy) -> Detection {
        guard situation.kernel != .acknowledges, situation.isBusy || policy.sendsEvery != nil else { return .never }
        guard let repeats = policy.repeats(situation.repeats) else {
            return .unclaimed("how long the kernel repeats data follows from the line's round trip, which its queue makes")
        }
        let sent = situation.isBusy ? Duration.zero : policy.sendsEvery ?? .zero
        // A reset that answers a repetition ends it sooner.
        var least = repeats.lowerBound
        if case .resets(let back) = situation.kernel { least = min(least, back) }
        return .within(least...(repeats.upperBound + sent))
    }
}
