import Glibc

/// Why the lab cannot go on.
public enum LabError: Error, CustomStringConvertible {
    case programMissing(String)
    case cannotWrite(path: String, errno: Int32)
    case trouble(String)
    case notReady([String])

    public var description: String {
        switch self {
        case .programMissing(let path): "\(path) is missing: build the whole package with swift build ('tslab doctor' says what else is)"
        case .cannotWrite(let path, let code): "cannot write \(path): \(String(cString: strerror(code)))"
        case .trouble(let text): text
        case .notReady(let cells): "clients did not get ready in time in \(cells.joined(separator: ", ")): see the logs"
        }
    }
}
