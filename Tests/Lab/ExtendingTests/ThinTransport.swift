import EventLoop
import Glibc
import Liveness
@testable import Transport

extension TransportKind {
    /// TCP that repeats what a thin stream loses at even intervals (TCP_THIN_LINEAR_TIMEOUTS; the kernel's tcp-thin.rst).
    static let thin = TransportKind(
        TransportTraits(
            name: "thin", summary: "TCP that repeats what a thin stream loses at even intervals", resetsUnknown: true,
            // The kernel gives up after the same time, however often it repeats.
            detection: { TransportKind.tcp.detection(of: $0, under: $1) },
            listen: { endpoint, policy, backlogLimit, loop, trouble, accept throws(EventLoopError) in
                try TransportKind.tcp.traits.listen(endpoint, policy, backlogLimit, loop, trouble) { connection in
                    var on: Int32 = 1
                    if let stream = connection as? Stream {
                        setsockopt(stream.fileDescriptor, Int32(IPPROTO_TCP), TCP_THIN_LINEAR_TIMEOUTS, &on, 4)
                    }
                    return accept(connection)
                }
            },
            connect: { endpoint, source, backlogLimit, loop, handler throws(EventLoopError) in
                try TransportKind.tcp.traits.connect(endpoint, source, backlogLimit, loop, handler)
            }))
}
