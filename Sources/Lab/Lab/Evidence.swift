import Contracts
import Foundation
import Measurement
import Netlab

/// What no program says of itself: the packets at the server's end of the wire, and the kernel's word on each of its
/// sockets' end.
final class Evidence {
    private(set) var destroyed = ConnectionEnds()
    private var watch: DestroyWatch?
    private let capture: Capture
    private let experiment: Experiment

    /// Begins to collect; the packets go to `wire.pcapng`.
    init(in experiment: Experiment) throws {
        self.experiment = experiment
        capture = try Capture(in: experiment.network, to: experiment.directory.capture.path)
        watch = try NetworkNamespace.within(PrivateNetwork.Side.server.rawValue) {
            try DestroyWatch(on: experiment.loop) { [unowned self] socket, moment in
                destroyed.add(socket.remote.description, at: moment)
            }
        }
    }

    /// Nanoseconds from CLOCK_MONOTONIC, which events have, to the time of day, which captures have.
    var wallClockOffset: Int64 { Int64(Date().timeIntervalSince1970 * 1_000_000_000) - experiment.loop.now.nanoseconds }

    /// Ends the collecting and counts the packets, by the servers' addresses in host byte order. Packets that the capture
    /// dropped and destroyed sockets that were not heard of count as lost.
    ///
    /// - Parameter onPacket: hears of every packet counted, in order.
    func close(
        servers: [UInt32], classify: @escaping TrafficAccount.Classifier,
        onPacket: ((TrafficAccount.Packet) -> Void)? = nil
    ) -> [UInt32: CellTraffic] {
        watch?.readAll()
        let traffic = TrafficAccount(servers: servers, classify: classify)
        traffic.onPacket = onPacket
        var dropped = 0
        do { dropped = try capture.stop().dropped } catch { experiment.lose("the capture: \(error)") }
        do { try traffic.read(experiment.directory.capture.path) } catch { experiment.lose("the capture: \(error)") }
        let missing = dropped + traffic.malformed
        if missing > 0 { experiment.lose("the capture lacks \(missing) packets: the liveness counts are too low") }
        if let overruns = watch?.overruns, overruns > 0 {
            experiment.lose("\(overruns) times the kernel's word on destroyed sockets was lost: the witness is incomplete")
        }
        watch = nil
        return traffic.cells
    }
}
