import EventLoop
import Glibc
import Wire

/// A program whose lines of standard output are heard as they come.
package final class LineProcess {
    private let child: ChildProcess
    private let descriptor: Int32
    private let onLine: ([UInt8]) -> Void
    private let onEnd: () -> Void
    private var watch: DescriptorWatch?
    private var splitter = LineSplitter(limit: LineProcess.longestLine)
    private var hasStopped = false
    /// What of its output could not be heard, a sentence each.
    package private(set) var lost: [String] = []

    /// The longest line that is heard, in bytes.
    package static let longestLine = 1 << 20

    /// - Parameters:
    ///   - log: a file that gets what the program says on standard error; nil to share this process's.
    ///   - onLine: a line, without its end.
    ///   - onEnd: the program has closed its standard output, which is to say that it has ended.
    package init(
        _ program: String, _ arguments: [String], log: String? = nil, on loop: EventLoop,
        onLine: @escaping ([UInt8]) -> Void, onEnd: @escaping () -> Void = {}
    ) throws(NetlabError) {
        self.onLine = onLine
        self.onEnd = onEnd
        var ends: [Int32] = [-1, -1]
        guard pipe(&ends) == 0 else { throw .from(errno: errno, "make a pipe") }
        for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
        _ = fcntl(ends[0], F_SETFL, O_NONBLOCK)
        descriptor = ends[0]
        let null = open("/dev/null", O_RDONLY | O_CLOEXEC)
        let errors = log.map { open($0, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644) } ?? STDERR_FILENO
        defer { for end in [ends[1], null] + (log == nil ? [] : [errors]) where end >= 0 { close(end) } }
        guard null >= 0, errors >= 0 else {
            close(descriptor)
            throw .from(errno: errno, "open \(log ?? "/dev/null")")
        }
        do throws(NetlabError) {
            child = try ChildProcess(program, arguments, input: null, output: ends[1], error: errors)
        } catch {
            close(descriptor)
            throw error
        }
        watch = loop.onReadable(descriptor) { [unowned self] in read() }
    }

    deinit {
        stop()
        close(descriptor)
    }

    package var identifier: Int32 { child.identifier }

    package var isRunning: Bool { child.poll() == nil }

    /// The code that it ended with, or 128 and a signal's number; nil while it runs.
    package var exitCode: Int32? { child.poll() }

    /// Asks the program to end, and returns at once.
    package func terminate() { child.send(signal: SIGTERM) }

    /// Asks the program to end, waits until it has, and hears its last lines. One that has not ended in time is killed.
    package func stop() { Self.stop([self]) }

    /// The same for several, which have their time together.
    package static func stop(_ processes: [LineProcess], within limit: Duration = ChildProcess.endLimit) {
        let ending = processes.filter { !$0.hasStopped }
        for process in ending {
            process.hasStopped = true
            process.watch = nil
            process.terminate()
        }
        let clock = ContinuousClock()
        let latest = clock.now + limit
        var running = ending
        while true {
            // A program that has filled the pipe ends only once somebody reads it.
            for process in running { while process.take() > 0 {} }
            running.removeAll { !$0.isRunning }
            if running.isEmpty || clock.now >= latest { break }
            usleep(1_000)
        }
        for process in running {
            process.lost.append("it did not end within \(limit) of SIGTERM and was killed")
            process.child.killGroup()
            process.child.wait()
        }
        for process in ending { process.finish() }
    }

    private func finish() {
        while take() > 0 {}
        if splitter.unfinished > 0 { lost.append("its output ended within a line") }
    }

    private func read() {
        guard take() == 0 else { return }
        watch = nil
        onEnd()
    }

    /// Takes some output: how much, 0 at its end, less where there is none now.
    private func take() -> Int {
        var chunk = [UInt8](repeating: 0, count: 64 * 1024)
        let count = Glibc.read(descriptor, &chunk, chunk.count)
        guard count > 0 else { return count }
        do throws(LineSplitter.TooLong) {
            try splitter.add(chunk.span.bytes.extracting(first: count)) { onLine($0) }
        } catch {
            lost.append("\(error)")
        }
        return count
    }
}
