import Dispatch
import Glibc
import Synchronization

/// What a program says on a descriptor, standard error as a rule, without ever waiting for whoever reads it.
///
/// A write to a pipe, a terminal or a full disk may wait for ever, and an event loop may not. Making the descriptor
/// non-blocking is no way out: the flag is the open file's, which other processes share. So lines are put into a bounded queue,
/// and a thread of Dispatch's, which is there only while there is something to write, writes them and waits in the loop's
/// stead. Lines that find the queue full are dropped and counted, and the count is said as soon as there is room.
public final class ErrorOutput: Sendable {
    /// Standard error. What waits when the program ends is written first, for as long as ``lastWords``.
    public static let shared: ErrorOutput = {
        atexit { ErrorOutput.shared.finish(within: ErrorOutput.lastWords) }
        return ErrorOutput(STDERR_FILENO)
    }()

    /// Most bytes that wait, beside as many that are being written.
    public static let queueLimit = 64 * 1024
    /// How long the end of the program waits for a reader.
    public static let lastWords = Duration.milliseconds(500)

    private struct State {
        var waiting: [UInt8] = []
        var isWriting = false
        /// Lines dropped since that was last said.
        var dropped = 0
        var allDropped = 0

        mutating func drop(_ lines: Int) {
            dropped += lines
            allDropped += lines
        }
    }

    private let descriptor: Int32
    private let state = Mutex(State())
    private let queue = DispatchQueue(label: "ErrorOutput")

    /// - Parameter descriptor: stays the caller's.
    public init(_ descriptor: Int32) { self.descriptor = descriptor }

    /// Lines dropped so far.
    public var dropped: Int { state.withLock { $0.allDropped } }

    /// Says one line, whose end is added here. Control characters in it are shown, not obeyed (see ``LogText``).
    public func say(_ line: String) {
        let bytes = [UInt8](LogText.oneLine(line).utf8) + [UInt8(ascii: "\n")]
        let begins = state.withLock { state in
            guard state.waiting.count + bytes.count <= Self.queueLimit else {
                state.drop(1)
                return false
            }
            state.waiting += bytes
            defer { state.isWriting = true }
            return !state.isWriting
        }
        if begins { queue.async { self.writeAll() } }
    }

    /// Waits until everything is written, but no longer than `limit`.
    ///
    /// - Returns: whether everything is.
    @discardableResult
    public func finish(within limit: Duration) -> Bool {
        let end = ContinuousClock.now + limit
        while state.withLock({ $0.isWriting }) {
            guard ContinuousClock.now < end else { return false }
            usleep(500)
        }
        return true
    }

    private func writeAll() {
        while let (bytes, said) = takeWaiting() {
            let lost = write(bytes)
            guard lost > 0 else { continue }
            // The line that says so was the last of them. It is to be said again, and is nobody's loss.
            state.withLock { state in
                state.dropped += said
                state.drop(said > 0 ? lost - 1 : lost)
            }
        }
    }

    /// What waits, with a last line that says how many were dropped, if any were; nil where nothing waits, and then the writing
    /// ends.
    private func takeWaiting() -> (bytes: [UInt8], said: Int)? {
        state.withLock { state in
            var bytes = state.waiting
            state.waiting = []
            guard !bytes.isEmpty else {
                state.isWriting = false
                return nil
            }
            let dropped = state.dropped
            state.dropped = 0
            if dropped > 0 { bytes += "\(dropped) lines were lost here: they came faster than standard error was read\n".utf8 }
            return (bytes, dropped)
        }
    }

    /// Writes it all, however long that takes.
    ///
    /// - Returns: how many lines cannot be written.
    private func write(_ bytes: [UInt8]) -> Int {
        bytes.withUnsafeBytes { bytes in
            var rest = bytes[...]
            while !rest.isEmpty {
                let count = Glibc.write(descriptor, UnsafeRawBufferPointer(rebasing: rest).baseAddress, rest.count)
                if count >= 0 {
                    rest = rest.dropFirst(count)
                } else if errno == EAGAIN {
                    // Somebody else has made the open file non-blocking.
                    var ready = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
                    poll(&ready, 1, -1)
                } else if errno != EINTR {
                    return rest.count { $0 == UInt8(ascii: "\n") }
                }
            }
            return 0
        }
    }
}
