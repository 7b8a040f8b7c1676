import Foundation
import Glibc
import TemporaryTestSupport

/// A program that a test started; what it says goes to a file. It is killed, stopped or not, with the last reference to it.
final class Child {
    let process = Process()
    private let log: URL
    private let answers = Pipe()

    /// - Parameter says: what it is told on its standard input.
    init(_ program: String, _ arguments: [String], display: Screen? = nil, says input: String = "") throws {
        let name = URL(fileURLWithPath: program).lastPathComponent
        log = Scratch.directory.appendingPathComponent("\(name)-\(UUID().uuidString).log")
        _ = FileManager.default.createFile(atPath: log.path, contents: nil)
        let output = try FileHandle(forWritingTo: log)
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = [program] + arguments
        var environment = ProcessInfo.processInfo.environment
        environment["HOME"] = Scratch.directory.path
        environment["DISPLAY"] = display?.name
        process.environment = environment
        process.standardOutput = output
        process.standardError = output
        process.standardInput = answers
        try process.run()
        answers.fileHandleForWriting.write(Data(input.utf8))
        if !input.isEmpty { try answers.fileHandleForWriting.close() }
    }

    deinit { end() }

    var said: String { (try? String(contentsOf: log, encoding: .utf8)) ?? "" }

    func send(_ signal: Int32) { if process.isRunning { kill(process.processIdentifier, signal) } }

    func end() {
        guard process.isRunning else { return }
        send(SIGCONT)
        send(SIGTERM)
        if !(eventually(within: 3) { !self.process.isRunning }) { send(SIGKILL) }
    }

    /// Runs a program to its end and gives back what it wrote.
    static func output(_ program: String, _ arguments: [String]) throws -> Data {
        let process = Process()
        let output = Pipe()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = ["timeout", "10", program] + arguments
        process.standardOutput = output
        process.standardError = FileHandle.nullDevice
        try process.run()
        let data = output.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        return data
    }
}

/// Asks every tenth of a second until the answer is yes, or the time is over.
func eventually(within seconds: Double, _ isSo: () -> Bool) -> Bool {
    let end = Date().addingTimeInterval(seconds)
    while Date() < end {
        if isSo() { return true }
        usleep(100_000)
    }
    return isSo()
}

/// Where these tests leave what they need to.
enum Scratch {
    // Nothing can be tested where there is none.
    static let directory = try! Temporary.directory()

    /// A program of this package, as built beside the tests.
    static func program(_ name: String) -> String {
        let itself = (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")) ?? ""
        return URL(fileURLWithPath: itself).deletingLastPathComponent().appendingPathComponent(name).path
    }
}
