import Foundation

/// What tests write that nobody keeps. Nothing of it stays once the test process has ended; scripts/test looks.
public enum Temporary {
    /// The folder for it, without a slash at its end: TMPDIR, or /tmp.
    public static let folder: String = {
        let path = FileManager.default.temporaryDirectory.path
        return path.count > 1 && path.hasSuffix("/") ? String(path.dropLast()) : path
    }()

    /// A new path for a file or a socket, short enough for a socket (unix(7): 107 bytes). Who makes something there takes
    /// it away.
    public static func path(_ suffix: String) -> String {
        "\(folder)/tslab-\(getpid())-\(UInt32.random(in: 0 ... .max))\(suffix)"
    }

    /// A new directory, gone with the process. Where a test failed and its files would tell why, run it again with
    /// TSLAB_KEEP_TEMPORARY set: then it stays.
    public static func directory() throws -> URL {
        let directory = URL(fileURLWithPath: path(""))
        try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
        directories.add(directory)
        return directory
    }

    private static let directories = Directories()
}

/// Those to take away at the end. Tests run side by side.
private final class Directories: @unchecked Sendable {
    private let lock = NSLock()
    private var made: [URL] = []

    func add(_ directory: URL) {
        lock.withLock {
            if made.isEmpty, ProcessInfo.processInfo.environment["TSLAB_KEEP_TEMPORARY"] == nil {
                atexit { Directories.atExit?.removeAll() }
                Self.atExit = self
            }
            made.append(directory)
        }
    }

    /// What a C function without a context can reach.
    nonisolated(unsafe) private static var atExit: Directories?

    private func removeAll() {
        lock.withLock {
            for directory in made { try? FileManager.default.removeItem(at: directory) }
        }
    }
}
