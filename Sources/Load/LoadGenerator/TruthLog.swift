import EventLoop
import Faults
import class Foundation.JSONEncoder
import Glibc

/// Writes the truth as NDJSON. Lines go out whole, many at a time, so that workers can share one file.
final class TruthLog {
    private let descriptor: Int32
    private let encoder = JSONEncoder()
    private var waiting: [UInt8] = []
    private var timer: Timer?

    /// How long a line may wait for others to go with.
    private static let flushInterval = Duration.milliseconds(50)
    /// What a pipe takes in one piece without mixing it with other writers' (PIPE_BUF, pipe(7)).
    private static let atomicWrite = 4096

    init(descriptor: Int32, loop: EventLoop) {
        self.descriptor = descriptor
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        timer = loop.every(Self.flushInterval) { [unowned self] in flush() }
    }

    deinit { flush() }

    func write(_ event: TruthEvent) {
        guard var line = try? encoder.encode(event) else { return }
        line.append(UInt8(ascii: "\n"))
        if waiting.count + line.count > Self.atomicWrite { flush() }
        waiting.append(contentsOf: line)
    }

    func flush() {
        var start = 0
        while start < waiting.count {
            let written = waiting.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress! + start, $0.count - start) }
            guard written > 0 || errno == EINTR else { break }
            start += max(0, written)
        }
        waiting.removeAll(keepingCapacity: true)
    }
}
