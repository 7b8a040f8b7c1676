import EventLoop
import Liveness
import Transport

/// Where a server is reached, until it closes.
struct Listeners {
    private var open: [TransportListener] = []

    /// Listens at once.
    mutating func listen(
        _ configuration: ServerConfiguration, on loop: EventLoop, trouble: @escaping (EventLoopError) -> Void,
        accept: @escaping (any Connection, TransportKind) -> any ConnectionHandler
    ) throws(EventLoopError) {
        for endpoint in configuration.endpoints {
            open.append(
                try Transport.listen(
                    endpoint, liveness: configuration.liveness, backlogLimit: configuration.backlogLimit, on: loop,
                    trouble: trouble, accept: { accept($0, endpoint.kind) }))
        }
    }

    var isEmpty: Bool { open.isEmpty }

    /// Where it is really listened.
    var endpoints: [Endpoint] { open.map(\.endpoint) }

    /// What each listener's own watchdog has cost, by the listener's name, where it counts that; listeners of one name count
    /// together.
    var watchdogTraffic: [(listener: String, traffic: LivenessTraffic)] {
        var sums: [String: LivenessTraffic] = [:]
        for listener in open {
            if let traffic = listener.livenessTraffic { sums[listener.endpoint.kind.listenerName, default: .init()] += traffic }
        }
        return sums.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
    }

    mutating func close() { open = [] }
}
