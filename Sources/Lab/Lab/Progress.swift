import Foundation
import Glibc

/// One line on standard error that changes while something goes on; nothing where that is no terminal.
public final class Progress {
    private let isShown: Bool
    private var last = ""

    public init(isShown: Bool = isatty(STDERR_FILENO) == 1) { self.isShown = isShown }

    func say(_ text: String) {
        guard isShown, text != last else { return }
        last = text
        // Carriage return, the text, erase to the end of the line (ECMA-48 EL).
        FileHandle.standardError.write(Data("\r\(text)\u{1B}[K".utf8))
    }

    func done() {
        guard isShown else { return }
        FileHandle.standardError.write(Data("\r\u{1B}[K".utf8))
    }
}
