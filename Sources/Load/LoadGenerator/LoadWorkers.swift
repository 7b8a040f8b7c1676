import EventLoop
import Netlab

/// Shares a load out among processes of the same program, for more clients than one process has descriptors.
public final class LoadWorkers {
    private var processes: [LineProcess] = []
    private var open = 0
    private let finished: () -> Void

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

    /// Asks all of them to end; ``finished`` follows.
    public func stop() {
        for process in processes { process.terminate() }
    }
}
