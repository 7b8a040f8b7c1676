import EventLoop
import Liveness

/// Accepts connections at an endpoint until it is closed or let go of.
public final class TransportListener {
    /// The endpoint with the port that was really bound.
    public let endpoint: Endpoint
    private let liveness: () -> LivenessTraffic?
    private var end: (() -> Void)?

    init(endpoint: Endpoint, liveness: @escaping () -> LivenessTraffic? = { nil }, close: @escaping () -> Void) {
        self.endpoint = endpoint
        self.liveness = liveness
        end = close
    }

    deinit { end?() }

    /// What the transport's own watchdog cost so far; nil where the kernel does it and does not tell.
    public var livenessTraffic: LivenessTraffic? { liveness() }

    public func close() {
        end?()
        end = nil
    }
}
