import Glibc

/// What the kernel did not let us see or do, with the way out.
public enum SocketDiagError: Error, Equatable, CustomStringConvertible {
    /// `action` reads after "cannot"; `capability` is what it takes.
    case notPermitted(action: String, capability: String)
    case system(action: String, errno: Int32)
    case noSuchNamespace(String)

    public var description: String {
        switch self {
        case .notPermitted(let action, let capability):
            "cannot \(action): not permitted; run it as root or with \(capability)"
        case .system(let action, let code): "cannot \(action): \(String(cString: strerror(code)))"
        case .noSuchNamespace(let path): "there is no network namespace at \(path)"
        }
    }

    static func from(errno code: Int32, _ action: String, capability: String) -> SocketDiagError {
        code == EPERM || code == EACCES ? .notPermitted(action: action, capability: capability) : .system(action: action, errno: code)
    }
}
