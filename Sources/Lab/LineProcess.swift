import EventLoop
import Foundation
import Glibc

/// A program started by the lab, whose lines of output are heard as they come.
final class LineProcess {
    private let process = Process()
    private let output = Pipe()
    private let errors: FileHandle
    private var watch: DescriptorWatch?
    private var partial: [UInt8] = []
    private let onLine: ([UInt8]) -> Void
    private var hasEnded = false

    /// - Parameters:
    ///   - log: a file that gets what the program says on standard error.
    ///   - onLine: a line of standard output, without its end.
    init(
        _ executable: String, _ arguments: [String], log: URL, on loop: EventLoop, onLine: @escaping ([UInt8]) -> Void
    ) throws {
        self.onLine = onLine
        try Data().write(to: log)
        errors = try FileHandle(forWritingTo: log)
        process.executableURL = URL(fileURLWithPath: executable)
        process.arguments = arguments
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = output
        process.standardError = errors
        try process.run()
        let handle = output.fileHandleForReading
        watch = loop.onReadable(handle.fileDescriptor) { [unowned self] in read() }
    }

    deinit { stop() }

    var isRunning: Bool { process.isRunning }

    /// Asks the program to end, waits until it has, and hears its last lines.
    func stop() {
        guard !hasEnded else { return }
        hasEnded = true
        if process.isRunning { process.terminate() }
        watch = nil
        while take() > 0 {}
        process.waitUntilExit()
    }

    private func read() {
        if take() == 0 { watch = nil }
    }

    /// Takes some output; 0 where there will be no more.
    private func take() -> Int {
        let more = output.fileHandleForReading.availableData
        partial.append(contentsOf: more)
        guard more.contains(UInt8(ascii: "\n")) else { return more.count }
        var start = 0
        for (index, byte) in partial.enumerated() where byte == UInt8(ascii: "\n") {
            onLine(Array(partial[start..<index]))
            start = index + 1
        }
        partial.removeFirst(start)
        return more.count
    }
}
