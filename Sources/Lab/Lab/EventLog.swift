import Foundation
import Glibc
import Time

/// `events.ndjson`, written as truths and beliefs come in.
///
/// The lines are those that the programs said, put into an ``EventLine`` as they are: to encode them anew would keep the loop
/// from whatever else it must time.
final class EventLog {
    enum Kind: String {
        case truth
        case belief
    }

    private let path: String
    private let descriptor: Int32
    private var waiting: [UInt8] = []
    /// Why lines are missing; nil where none is.
    private(set) var trouble: LabError?

    /// What waits for ``flush()`` at the most.
    private static let mostWaiting = 64 * 1024

    init(_ url: URL) throws(LabError) {
        path = url.path
        descriptor = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_APPEND | O_CLOEXEC, 0o644)
        guard descriptor >= 0 else { throw .cannotWrite(path: path, errno: errno) }
    }

    deinit {
        flush()
        close(descriptor)
    }

    /// - Parameters:
    ///   - line: a JSON object, without a line's end.
    ///   - cell: its name in JSON, ``name(_:)``.
    func add(_ kind: Kind, _ line: [UInt8], cell: [UInt8], at t: MonotonicTime) {
        waiting += "{\"\(kind.rawValue)\":".utf8
        waiting += line
        waiting += ",\"cell\":".utf8
        waiting += cell
        waiting += ",\"t\":\(t.nanoseconds)}\n".utf8
        if waiting.count >= Self.mostWaiting { flush() }
    }

    /// A cell's name as JSON has it.
    static func name(_ cell: String) -> [UInt8] {
        let encoder = JSONEncoder()
        encoder.outputFormatting = .withoutEscapingSlashes
        return (try? encoder.encode(cell)).map { [UInt8]($0) } ?? [UInt8]("\"\"".utf8)
    }

    func flush() {
        var start = 0
        while start < waiting.count, trouble == nil {
            let written = waiting.withUnsafeBytes { write(descriptor, $0.baseAddress! + start, $0.count - start) }
            if written > 0 { start += written } else if errno != EINTR { trouble = .cannotWrite(path: path, errno: errno) }
        }
        waiting.removeAll(keepingCapacity: true)
    }
}
