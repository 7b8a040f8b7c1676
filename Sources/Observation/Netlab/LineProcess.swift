import EventLoop
import Glibc

/// A program whose lines of standard output are heard as they come.
package final class LineProcess {
    private let child: ChildProcess
    private let descriptor: Int32
    private let onLine: ([UInt8]) -> Void
    private let onEnd: () -> Void
    private var watch: DescriptorWatch?
    private var partial: [UInt8] = []
    private var hasStopped = false

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

    /// Asks the program to end, and returns at once.
    package func terminate() { child.send(signal: SIGTERM) }

    /// Asks the program to end, waits until it has, and hears its last lines.
    package func stop() {
        guard !hasStopped else { return }
        hasStopped = true
        watch = nil
        terminate()
        // A program that has filled the pipe ends only once somebody reads it.
        while isRunning {
            while take() > 0 {}
            usleep(1_000)
        }
        while take() > 0 {}
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
        partial += chunk[..<count]
        var start = 0
        while let end = partial[start...].firstIndex(of: UInt8(ascii: "\n")) {
            onLine(Array(partial[start..<end]))
            start = end + 1
        }
        partial.removeFirst(start)
        return count
    }
}
