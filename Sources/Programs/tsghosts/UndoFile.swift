import FoundationEssentials
import Ghosts
import Glibc
import SocketDiag

/// What one socket had and was given.
struct UndoEntry {
    let record: GuardRecord
    let set: LivenessOptions

    var saved: LivenessOptions { record.saved }
}

/// NDJSON: a line for each socket whose options were set, written before that.
final class UndoFile {
    private let descriptor: Int32
    private let path: String

    struct Failure: Error, CustomStringConvertible { let description: String }

    /// Goes on where the file ends, so that the first line of a socket is what it had at first.
    init(writing path: String) throws {
        self.path = path
        descriptor = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else {
            throw Failure(description: "cannot write \(path): \(String(cString: strerror(errno))); name another with --undo")
        }
    }

    deinit { if descriptor >= 0 { close(descriptor) } }

    func write(_ entries: [UndoEntry]) throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys]
        var bytes: [UInt8] = []
        for entry in entries { bytes += try encoder.encode(Line(entry)) + [UInt8(ascii: "\n")] }
        while !bytes.isEmpty {
            let count = Glibc.write(descriptor, bytes, bytes.count)
            guard count > 0 else { throw Failure(description: "cannot write \(path): \(String(cString: strerror(errno)))") }
            bytes.removeFirst(count)
        }
        guard fsync(descriptor) == 0 || errno == EINVAL else {
            throw Failure(description: "cannot write \(path): \(String(cString: strerror(errno)))")
        }
    }

    static func read(_ path: String) throws -> [UndoEntry] {
        guard let text = try? Data(contentsOf: URL(filePath: path)) else { throw Failure(description: "cannot read \(path)") }
        return try text.split(separator: UInt8(ascii: "\n")).enumerated().map { number, line in
            guard let entry = try? JSONDecoder().decode(Line.self, from: line).entry else {
                throw Failure(description: "\(path), line \(number + 1): not what tsghosts set writes")
            }
            return entry
        }
    }

    private struct Line: Codable {
        struct Options: Codable {
            let keepalive: Bool
            let timeSeconds: Int32
            let intervalSeconds: Int32
            let count: Int32
            let userTimeoutMilliseconds: UInt32

            init(_ options: LivenessOptions) {
                keepalive = options.keepalive
                timeSeconds = options.idle
                intervalSeconds = options.interval
                count = options.count
                userTimeoutMilliseconds = options.userTimeout
            }

            var options: LivenessOptions {
                LivenessOptions(
                    keepalive: keepalive, idle: timeSeconds, interval: intervalSeconds, count: count, userTimeout: userTimeoutMilliseconds)
            }
        }

        let cookie: String
        let inode: UInt32
        let pid: Int32
        let descriptor: Int32
        let had: Options
        let set: Options

        init(_ entry: UndoEntry) {
            cookie = String(entry.record.cookie, radix: 16)
            inode = entry.record.inode
            pid = entry.record.process
            descriptor = entry.record.descriptor
            had = Options(entry.record.saved)
            set = Options(entry.set)
        }

        var entry: UndoEntry? {
            guard let cookie = UInt64(cookie, radix: 16) else { return nil }
            let holder = SocketHolder(process: pid, descriptor: descriptor)
            return UndoEntry(record: GuardRecord(cookie: cookie, inode: inode, holder: holder, saved: had.options), set: set.options)
        }
    }
}
