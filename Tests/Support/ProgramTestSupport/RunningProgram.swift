import Foundation
import Glibc
import Netlab
import TemporaryTestSupport

/// One of the kit's real programs, or another, in the background; ended with the test.
public final class RunningProgram {
    private let child: ChildProcess
    private let directory: URL
    private var code: Int32?

    /// - Parameter name: a program of the kit, or any by its path.
    public init(_ name: String, _ arguments: [String]) throws {
        directory = try Temporary.directory()
        let null = open("/dev/null", O_RDONLY | O_CLOEXEC)
        let output = Self.file(directory.appendingPathComponent("output"))
        let errors = Self.file(directory.appendingPathComponent("errors"))
        defer { for descriptor in [null, output, errors] { close(descriptor) } }
        // A test may go on in another thread than it began in.
        child = try ChildProcess(
            name.contains("/") ? name : Programs.path(name), arguments, input: null, output: output, error: errors,
            diesWithParent: false)
    }

    deinit {
        child.send(signal: SIGKILL)
        child.send(signal: SIGCONT)
        child.wait()
        try? FileManager.default.removeItem(at: directory)
    }

    public var identifier: Int32 { child.identifier }
    public var isRunning: Bool { child.poll() == nil }
    public func signal(_ number: Int32) { child.send(signal: number) }

    /// Waits for the end: the exit code, or 128 and the signal's number.
    ///
    /// - Throws: where it does not come in time.
    public func wait(within limit: Duration = .seconds(20)) throws -> Int32 {
        try eventually("the end of process \(identifier)", within: limit) { child.poll() != nil }
        return child.wait()
    }

    public var output: String { text("output") }
    public var errors: String { text("errors") }

    private func text(_ name: String) -> String {
        (try? String(contentsOf: directory.appendingPathComponent(name), encoding: .utf8)) ?? ""
    }

    private static func file(_ url: URL) -> Int32 { open(url.path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o600) }
}

/// Something that a test waited for and did not get.
public struct Unexpected: Error, CustomStringConvertible {
    public let description: String
    public init(_ description: String) { self.description = description }
}

/// Waits until something is so.
///
/// - Throws: where it is not so within the limit.
public func eventually(_ what: String, within limit: Duration = .seconds(20), _ isSo: () throws -> Bool) throws {
    let clock = ContinuousClock()
    let end = clock.now + limit
    while try !isSo() {
        guard clock.now < end else { throw Unexpected("not within \(limit): \(what)") }
        usleep(50_000)
    }
}
