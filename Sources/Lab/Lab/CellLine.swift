import Contracts
import EventLoop
import Foundation
import Line
import Measurement
import Netlab
import Time

/// A cell's own line at work, with a capture at the server's end of it.
final class CellLine {
    let run: LineRun
    private let capture: Capture
    private let plan: LinePlan
    private let tariff: Tariff?
    private let experiment: Experiment
    private let name: String

    /// Packets on a slow line are few, and many lines may be captured at once.
    private static let ringMebibytes = 4

    /// Starts the line's program and the capture.
    ///
    /// - Parameters:
    ///   - cell: the cell's number, whose server address the line leads to.
    ///   - networks: the /24 networks of its workstations.
    init(
        _ plan: LinePlan, tariff: Tariff?, cell: Int, networks: [Int], seed: UInt64, in experiment: Experiment,
        onReady: @escaping () -> Void
    ) throws {
        self.plan = plan
        self.tariff = tariff
        self.experiment = experiment
        name = "line-\(cell)"
        let network: PrivateNetwork = experiment.network
        let interfaces = try network.addLine(cell: cell, networks: networks)
        capture = try Capture(
            in: network, to: experiment.directory.file("\(name).pcapng").path,
            interface: interfaces.serverInterface, ringMebibytes: Self.ringMebibytes)
        run = try LineRun(
            plan, tariff: tariff, seed: seed, name: name, directory: experiment.directory.url, control: "/run/line\(cell).sock",
            interfaces: interfaces, on: experiment.loop, onReady: onReady)
    }

    /// Why the line ended before its time; nil while it runs.
    var broken: String? { run.broken.map { "\(name): \($0)" } }

    /// Ends both, and says what went over the line and what that cost. What cannot be known of it counts as lost.
    ///
    /// - Parameters:
    ///   - server: the cell's, in host byte order.
    ///   - window: when nothing but the policies, and whoever works all the time, had anything to say.
    func close(
        server: UInt32, window: Range<MonotonicTime>, classify: @escaping TrafficAccount.Classifier,
        onPacket: @escaping (TrafficAccount.Packet) -> Void
    ) -> (traffic: CellTraffic, cost: LineCost) {
        var dropped = 0
        attempt { dropped = try capture.stop().dropped }
        attempt { _ = try run.stop() }
        var entries: [LineLogEntry] = []
        attempt { entries = try run.entries() }
        let calls = entries.compactMap(\.call)
        let wallClockOffset = entries.first.flatMap { entry in entry.began.map { $0.wallClock - entry.t.nanoseconds } } ?? 0
        var causes = CallCauses(of: calls, wallClockOffset: wallClockOffset)
        let account = TrafficAccount(servers: [server], classify: classify)
        var packets: [LineReplay.Packet] = []
        account.onPacket = { packet in
            causes.add(packet)
            packets.append(
                LineReplay.Packet(
                    time: MonotonicTime(nanoseconds: packet.time - wallClockOffset),
                    direction: packet.fromServer ? .toClients : .toServer, bytes: packet.bytes, kind: packet.kind))
            onPacket(packet)
        }
        attempt { try account.read(capture.file) }
        let missing = dropped + account.malformed
        if missing > 0 { experiment.lose("\(name): the capture lacks \(missing) packets: the liveness counts are too low") }
        let cost = LineCost(
            line: plan, tariff: tariff, calls: calls, kinds: causes.kinds, packets: packets, window: window)
        return (account.cells[server] ?? CellTraffic(), cost)
    }

    private func attempt(_ body: () throws -> Void) {
        do { try body() } catch { experiment.lose("\(name): \(error)") }
    }
}
