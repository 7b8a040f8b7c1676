import EventLoop
import Foundation
import Glibc
import Line
import LineControl
import Netlab
import Time

/// `tslab line`: a line between the lab's two namespaces, as a process of its own.
///
/// On standard output it says ``ready`` once packets pass, and at its end, on SIGTERM or SIGINT, its ``LineSummary`` in JSON.
public final class LineProgram {
    /// The first line of its output.
    public static let ready = "ready"
    /// What it ends with where its log is not whole.
    public static let logLost: Int32 = 2

    public struct Options {
        public var plan: LinePlan
        public var tariff: Tariff?
        public var seed: UInt64
        /// Where the control socket is; nil for none.
        public var control: String?
        /// The log's file; nil for none.
        public var log: String?
        /// The TUN interfaces, in the namespaces `server` and `clients`.
        public var interfaces = [PrivateNetwork.serverInterface, PrivateNetwork.clientInterface]

        public init(plan: LinePlan, tariff: Tariff? = nil, seed: UInt64 = 1, control: String? = nil, log: String? = nil) {
            self.plan = plan
            self.tariff = tariff
            self.seed = seed
            self.control = control
            self.log = log
        }
    }

    private let loop: EventLoop
    private let log: FileHandle?
    private var ledger: LineLedger
    private var bridge: LineBridge!
    private var control: LineControlServer?
    private var signals: [SignalWatch] = []
    private let encoder = JSONEncoder()
    /// Why entries of the log are missing; nil where none is.
    public private(set) var logTrouble: String?

    /// Opens a TUN device in each of the namespaces `server` and `clients` and begins.
    public init(_ options: Options) throws {
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        loop = try EventLoop()
        log = try options.log.map(Self.open)
        let start = loop.now
        var wall = timespec()
        clock_gettime(CLOCK_REALTIME, &wall)
        var local = tm()
        localtime_r(&wall.tv_sec, &local)
        ledger = LineLedger(
            tariff: options.tariff, from: start,
            timeOfDay: .seconds(3600 * Int(local.tm_hour) + 60 * Int(local.tm_min) + Int(local.tm_sec)))
        let beginning = LineLogEntry.Beginning(
            line: options.plan.description, tariff: options.tariff?.description, seed: options.seed,
            wallClock: Int64(wall.tv_sec) * 1_000_000_000 + Int64(wall.tv_nsec))
        try write(LineLogEntry(beginning, at: start))
        let devices = try zip(PrivateNetwork.Side.allCases, options.interfaces).map { side, name in
            try TunDevice(name, in: side.rawValue)
        }
        bridge = LineBridge(options.plan, seed: options.seed, server: devices[0], clients: devices[1], on: loop) {
            [unowned self] in hear($0)
        }
        control = try options.control.map {
            try LineControlServer(path: $0, state: bridge.line.state, at: start, on: loop) { [unowned self] in perform($0) }
        }
    }

    /// Runs until it is told to end.
    public func run() throws -> LineSummary {
        signals = [SIGTERM, SIGINT].map { loop.onSignal($0) { [unowned self] in loop.stop() } }
        FileHandle.standardOutput.write(Data("\(Self.ready)\n".utf8))
        loop.run()
        bridge.stop()
        control?.close()
        try log?.close()
        return summary
    }

    private var summary: LineSummary { ledger.summary(of: bridge.line, at: loop.now) }

    private func hear(_ event: LineEvent) {
        if case .ended(let call) = event { ledger.add(call) }
        if case .state(let state, let at) = event { control?.tell(state, at: at) }
        // A full disk is no reason to cut everybody off: it is told at the end.
        guard logTrouble == nil else { return }
        do { try write(LineLogEntry(event)) } catch { logTrouble = "the log is not whole: \(error)" }
    }

    private func perform(_ command: LineCommand.Name) -> LineSummary? {
        switch command {
        case .cut: bridge.cut()
        case .heal: bridge.heal()
        case .summary: return summary
        }
        return nil
    }

    private func write(_ entry: LineLogEntry) throws {
        guard let log else { return }
        try log.write(contentsOf: encoder.encode(entry) + [UInt8(ascii: "\n")])
    }

    private static func open(_ path: String) throws(LabError) -> FileHandle {
        let descriptor = Glibc.open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
        guard descriptor >= 0 else { throw .cannotWrite(path: path, errno: errno) }
        return FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
    }
}
