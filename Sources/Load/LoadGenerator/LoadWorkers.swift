import EventLoop
import Netlab

/// Shares a load out among processes of the same program, for more clients than one process has descriptors.
public final class LoadWorkers {
    private var processes: [LineProcess] = []
    private var open = 0
    private let loop: EventLoop
    private let finished: () -> Void
    private var patience: Timer?

    /// Starts the workers.
    ///
    /// - Parameters:
    ///   - program: this program's file.
    ///   - arguments: each worker's.
    ///   - hear: a line that a worker printed.
    ///   - finished: called when the last has ended.
    public init(
        program: String, arguments: [[String]], loop: EventLoop, hear: @escaping ([UInt8]) -> Void,
        finished: @escaping () -> Void
    ) throws(NetlabError) {
        self.loop = loop
        self.finished = finished
        open = arguments.count
        for list in arguments {
            processes.append(
                try LineProcess(program, list, on: loop, onLine: hear) { [unowned self] in
                    open -= 1
                    if open == 0 { self.finished() }
                })
        }
    }

    /// Asks all of them to end; ``finished`` follows. One that does not end in time, or not at a second call, is killed.
    public func stop() {
        guard patience == nil else { return kill() }
        for process in processes { process.terminate() }
        patience = loop.after(ChildProcess.endLimit) { [unowned self] in kill() }
    }

    private func kill() {
        guard open > 0 else { return }
        open = 0
        LineProcess.stop(processes, within: .milliseconds(100))
        finished()
    }
}
