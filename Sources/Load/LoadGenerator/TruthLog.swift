import EventLoop
import Faults
import class Foundation.JSONEncoder
import Glibc

/// Writes the truth as NDJSON. Lines go out whole, many at a time, so that workers can share one file. What cannot be written
/// is tried again until ``close()``; a file never keeps a part of a line.
final class TruthLog {
    private let descriptor: Int32
    private let isFile: Bool
    private let encoder = JSONEncoder()
    private var waiting: [UInt8] = []
    private var timer: Timer?
    private var trouble: Int32 = 0
    private var lost: [String: Int] = [:]

    /// How long a line may wait for others to go with.
    private static let flushInterval = Duration.milliseconds(50)
    /// What a pipe takes in one piece without mixing it with other writers' (PIPE_BUF, pipe(7)).
    private static let atomicWrite = 4096
    /// How much is kept for a file that takes nothing, in bytes; lines that come after that are lost.
    private static let mostWaiting = 1 << 20

    init(descriptor: Int32, loop: EventLoop) {
        self.descriptor = descriptor
        var status = stat()
        isFile = fstat(descriptor, &status) == 0 && status.st_mode & S_IFMT == S_IFREG
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        timer = loop.every(Self.flushInterval) { [unowned self] in flush() }
    }

    func write(_ event: TruthEvent) {
        guard var line = try? encoder.encode(event) else { return lose(1, "it cannot be written as JSON") }
        line.append(UInt8(ascii: "\n"))
        if waiting.count + line.count > Self.atomicWrite { flush() }
        guard waiting.count + line.count <= Self.mostWaiting else { return lose(1, reason) }
        waiting.append(contentsOf: line)
    }

    func flush() {
        guard !waiting.isEmpty else { return }
        // Others who append to the file wait while a part of a line may be in it.
        if isFile { flock(descriptor, LOCK_EX) }
        defer { if isFile { flock(descriptor, LOCK_UN) } }
        var written = 0
        while written < waiting.count {
            let most = min(waiting.count - written, Self.atomicWrite)
            let count = waiting.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress! + written, most) }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else {
                trouble = errno
                break
            }
            written += count
        }
        if isFile { written -= takeBackPart(of: waiting[..<written]) }
        waiting.removeFirst(written)
    }

    /// Cuts off what is in the file of a line that did not go out whole.
    ///
    /// - Returns: how many bytes that was.
    private func takeBackPart(of written: ArraySlice<UInt8>) -> Int {
        let part = written.count - (written.lastIndex(of: UInt8(ascii: "\n")).map { $0 + 1 } ?? 0)
        guard part > 0, part < Self.mostWaiting else { return 0 }
        var status = stat()
        guard fstat(descriptor, &status) == 0, ftruncate(descriptor, status.st_size - off_t(part)) == 0 else { return 0 }
        return part
    }

    /// Writes what still waits, for the last time.
    ///
    /// - Returns: how many lines were lost, by what they were and why.
    func close() -> [String: Int] {
        timer = nil
        flush()
        lose(waiting.count { $0 == UInt8(ascii: "\n") }, reason)
        waiting = []
        return lost
    }

    private var reason: String { String(cString: strerror(trouble)) }

    private func lose(_ lines: Int, _ reason: String) {
        guard lines > 0 else { return }
        lost["lines of the truth were not written: \(reason)", default: 0] += lines
    }
}
