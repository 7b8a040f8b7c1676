import Foundation

/// Who may log on. User names are compared without regard to case, as Windows NT does.
public enum UserDirectory: Sendable {
    /// Every name with any password: fit for a lab that nobody else can reach.
    case anyone
    /// Passwords by lower-case user name.
    case listed([String: String])

    /// Reads `NAME:PASSWORD` lines; empty lines and lines that begin with `#` do not count.
    public init(contentsOf path: String) throws(UserDirectoryError) {
        guard let text = try? String(contentsOfFile: path, encoding: .utf8) else { throw .unreadable(path: path) }
        var passwords: [String: String] = [:]
        for (index, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
            let line = line.trimmingCharacters(in: .whitespaces)
            if line.isEmpty || line.hasPrefix("#") { continue }
            guard let colon = line.firstIndex(of: ":"), colon != line.startIndex else {
                throw .malformed(path: path, line: index + 1)
            }
            passwords[line[..<colon].lowercased()] = String(line[line.index(after: colon)...])
        }
        self = .listed(passwords)
    }

    func admits(user: String, password: String) -> Bool {
        switch self {
        case .anyone: !user.isEmpty
        case .listed(let passwords): passwords[user.lowercased()] == password
        }
    }
}

/// Why a file of users cannot be used.
public enum UserDirectoryError: Error, CustomStringConvertible {
    case unreadable(path: String)
    case malformed(path: String, line: Int)

    public var description: String {
        switch self {
        case .unreadable(let path): "cannot read the users file \(path): check that it exists and is UTF-8 text"
        case .malformed(let path, let line): "\(path), line \(line): write a user as NAME:PASSWORD"
        }
    }
}
