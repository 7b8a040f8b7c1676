import Foundation
import Glibc

/// What goes on, on standard error: on a terminal one line that changes, elsewhere a line now and then.
public final class Progress {
    private let isTerminal: Bool
    private var last = ""
    private var lastTime: ContinuousClock.Instant?

    /// How often it says something where that is no terminal.
    private static let interval = Duration.seconds(10)

    public init(isTerminal: Bool = isatty(STDERR_FILENO) == 1) { self.isTerminal = isTerminal }

    func say(_ text: String) {
        guard text != last else { return }
        if isTerminal {
            // Carriage return, the text, erase to the end of the line (ECMA-48 EL).
            FileHandle.standardError.write(Data("\r\(text)\u{1B}[K".utf8))
        } else {
            let now = ContinuousClock().now
            guard now >= (lastTime ?? now) + (lastTime == nil ? .zero : Self.interval) else { return }
            lastTime = now
            FileHandle.standardError.write(Data("tslab: \(text)\n".utf8))
        }
        last = text
    }

    func done() {
        guard isTerminal else { return }
        FileHandle.standardError.write(Data("\r\u{1B}[K".utf8))
        last = ""
    }
}
