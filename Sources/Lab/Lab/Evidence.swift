import EventLoop
import Foundation
import Measurement
import Netlab

/// What no program says of itself: the packets at the server's end of the wire, and the kernel's word on each of its
/// sockets' end.
final class Evidence {
    private(set) var destroyed = ConnectionEnds()
    /// What limits it: packets that the capture dropped, destroyed sockets that were not heard of.
    private(set) var warnings: [String] = []
    private let file: String
    private var watch: DestroyWatch?
    private let capture: Capture
    private let loop: EventLoop

    /// Begins to collect; the packets go to `wire.pcapng`.
    init(in network: PrivateNetwork, directory: URL, on loop: EventLoop) throws {
        self.loop = loop
        file = directory.appendingPathComponent("wire.pcapng").path
        capture = try Capture(in: network, to: file)
        watch = try NetworkNamespace.within(PrivateNetwork.Side.server.rawValue) {
            try DestroyWatch(on: loop) { [unowned self] socket, moment in
                destroyed.add(socket.remote.description, at: moment)
            }
        }
    }

    /// Nanoseconds from CLOCK_MONOTONIC, which events have, to the time of day, which captures have.
    var wallClockOffset: Int64 { Int64(Date().timeIntervalSince1970 * 1_000_000_000) - loop.now.nanoseconds }

    /// Ends the collecting and counts the packets, by the servers' addresses in host byte order.
    ///
    /// - Parameter onPacket: hears of every packet counted, in order.
    func close(
        servers: [UInt32], classify: @escaping TrafficAccount.Classifier,
        onPacket: ((TrafficAccount.Packet) -> Void)? = nil
    ) throws -> [UInt32: CellTraffic] {
        watch?.readAll()
        let counts = try capture.stop()
        let traffic = TrafficAccount(servers: servers, classify: classify)
        traffic.onPacket = onPacket
        try traffic.read(file)
        let missing = counts.dropped + traffic.malformed
        if missing > 0 { warnings.append("the capture lacks \(missing) packets: the liveness counts are too low") }
        if let overruns = watch?.overruns, overruns > 0 {
            warnings.append(
                "\(overruns) times the kernel's word on destroyed sockets was lost: the witness is incomplete")
        }
        watch = nil
        return traffic.cells
    }
}
