import EventLoop
import Foundation

/// Shares a load out among processes of the same program, for more clients than one process has descriptors.
public final class LoadWorkers {
    private var processes: [Process] = []
    private var outputs: [DescriptorWatch] = []
    private var texts: [Data] = []
    private var open = 0
    private let finished: (LoadSummary, _ failedWorkers: Int) -> Void

    /// Starts the workers.
    ///
    /// - Parameters:
    ///   - arguments: each worker's; every worker prints its ``LoadSummary`` as JSON and nothing else.
    ///   - finished: called when the last has ended, with what those that ended well did.
    public init(
        arguments: [[String]], loop: EventLoop, finished: @escaping (LoadSummary, _ failedWorkers: Int) -> Void
    ) throws {
        self.finished = finished
        texts = Array(repeating: Data(), count: arguments.count)
        for (index, list) in arguments.enumerated() {
            let process = Process()
            let pipe = Pipe()
            process.executableURL = URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath()
            process.arguments = list
            process.standardOutput = pipe
            try process.run()
            processes.append(process)
            open += 1
            let handle = pipe.fileHandleForReading
            outputs.append(loop.onReadable(handle.fileDescriptor) { [unowned self] in
                let more = handle.availableData
                if more.isEmpty { end(index) } else { texts[index].append(more) }
            })
        }
    }

    public func stop() {
        for process in processes where process.isRunning { process.terminate() }
    }

    private func end(_ index: Int) {
        outputs[index].cancel()
        open -= 1
        guard open == 0 else { return }
        var total = LoadSummary()
        var failed = 0
        for (process, text) in zip(processes, texts) {
            process.waitUntilExit()
            if let summary = try? JSONDecoder().decode(LoadSummary.self, from: text) { total.add(summary) } else { failed += 1 }
        }
        finished(total, failed)
    }
}
