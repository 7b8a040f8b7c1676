import EventLoop
import Foundation
import Measurement
import Netlab
import Sessions
import Time

/// Runs the whole matrix side by side in a network of its own, and measures it.
///
/// To run inside the namespaces that ``PrivateNetwork/reexecute(arguments:)`` makes.
public final class Reproduction {
    /// How long clients may take to be ready.
    private static let readyLimit = Duration.seconds(60)
    /// Time after the horizon for the last events to be heard.
    private static let afterHorizon = Duration.milliseconds(500)

    private let plan: ReproductionPlan
    private let directory: URL
    private let loop: EventLoop
    private let progress: Progress
    private let programs: Programs
    private let network: PrivateNetwork
    private var cells: [CellRun] = []
    private var failure: LabError?
    private var signals: [SignalWatch] = []

    /// - Parameters:
    ///   - directory: gets the capture, the logs and, from ``Outcome``, the results.
    public init(plan: ReproductionPlan, directory: URL, progress: Progress) throws {
        self.plan = plan
        self.directory = directory
        self.progress = progress
        programs = try Programs()
        _ = try ReportPage.readLibrary()
        loop = try EventLoop()
        try FileManager.default.createDirectory(
            at: directory.appendingPathComponent("logs"), withIntermediateDirectories: true)
        progress.say("building the network")
        network = try PrivateNetwork(
            serverAddresses: plan.cells.count, tcpRetries2: ReproductionPlan.dataRetransmissions)
        if plan.isBusy { try network.setting("net.ipv4.tcp_rmem", ReproductionPlan.clientReceiveBuffer, in: .clients) }
    }

    /// Runs everything; takes the horizon and some seconds more.
    public func run() throws -> Outcome {
        let evidence = try Evidence(in: network, directory: directory, on: loop)
        signals = [SIGTERM, SIGINT].map { number in
            loop.onSignal(number) { [unowned self] in fail(.trouble("interrupted")) }
        }
        var firstWorkstation = 1
        var lines = 0
        for (index, cell) in plan.cells.enumerated() {
            let workstations = cell.line == nil ? Workstations(first: firstWorkstation) : Workstations(lineCell: lines)
            let run = CellRun(
                cell, number: index + 1, firstWorkstation: workstations.first, network: network, directory: directory,
                loop: loop
            ) { [unowned self] in fail(.trouble($0)) }
            if cell.line == nil { firstWorkstation += cell.clients } else { lines += 1 }
            cells.append(run)
        }
        for cell in cells { try cell.start(programs: programs, seed: plan.seed, horizon: plan.horizon) }
        let began = loop.now
        let ticker = loop.every(.milliseconds(250)) { [unowned self] in look(began) }
        loop.run()
        ticker.cancel()
        let end = loop.now
        progress.say("stopping")
        for cell in cells { cell.stopLoad() }
        for cell in cells { cell.stopServer() }
        progress.done()
        if let failure { throw failure }
        return try Outcome(plan: plan, cells: cells, end: end, evidence: evidence)
    }

    private func fail(_ error: LabError) {
        failure = failure ?? error
        loop.stop()
    }

    private func look(_ began: MonotonicTime) {
        let now = loop.now
        if let broken = cells.first(where: \.isBroken) {
            return fail(.trouble("\(broken.plan.name): a program ended before its time: see the logs in \(directory.path)"))
        }
        let struck = cells.compactMap(\.struck)
        if struck.count == cells.count, let last = struck.max() {
            if now > last + plan.horizon + Self.afterHorizon { loop.stop() }
            let orphans = cells.map(\.orphansNow).reduce(0, +)
            progress.say("\(Int((now - last).inSeconds)) of \(Int(plan.horizon.inSeconds)) s: \(orphans) orphans in \(cells.count) cells")
        } else {
            let there = cells.map(\.loggedOn).reduce(0, +)
            progress.say("\(there) of \(plan.cells.map(\.clients).reduce(0, +)) clients logged on")
            guard now > began + Self.readyLimit else { return }
            fail(.notReady(cells.filter { $0.struck == nil }.map(\.plan.name)))
        }
    }
}
