import Foundation
import Glibc
import Wire

/// Reads a file of `NAME:PASSWORD` lines; empty lines and lines that begin with `#` do not count.
public enum UsersFile {
    /// More than a million users' worth.
    private static let mostBytes = 64 << 20
    /// Most problems named at once.
    private static let mostProblems = 10

    /// - Parameter warn: hears what is allowed and yet unwise, a line each.
    /// - Throws: every line that cannot be meant as it stands, with its number.
    public static func read(_ path: String, warn: (String) -> Void) throws(UsersFileError) -> UserDirectory {
        let (bytes, mode) = try contents(of: path)
        let shown = PrintableText.escaped(path)
        if mode & S_IWOTH != 0 {
            throw UsersFileError("\(shown) may be written by everybody, who could add users: chmod o-w \(shown)")
        }
        if mode & (S_IRGRP | S_IROTH | S_IWGRP) != 0 {
            warn("\(shown) is open to others than its owner, and passwords are in it: chmod 600 \(shown)")
        }
        guard let text = String(validating: bytes, as: UTF8.self) else {
            throw UsersFileError("\(shown) is not UTF-8 text: save it as UTF-8")
        }
        var reader = LineReader()
        for (index, line) in text.utf8.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false).enumerated() {
            // An editor of another system ends lines with both.
            reader.read(Substring(line.last == UInt8(ascii: "\r") ? line.dropLast() : line), index + 1)
        }
        for line in reader.withoutPassword { warn("\(shown), line \(line): no password, so that anybody can log on as this user") }
        guard reader.problems.isEmpty else {
            let more = reader.problems.count - mostProblems
            throw UsersFileError(
                reader.problems.prefix(mostProblems).map { "\(shown), line \($0.line): \($0.text)" }.joined(separator: "\n")
                    + (more > 0 ? "\nand \(more) more lines" : ""))
        }
        return .listed(reader.users.mapValues(\.password))
    }

    private static func contents(of path: String) throws(UsersFileError) -> (bytes: Data, mode: mode_t) {
        let shown = PrintableText.escaped(path)
        guard let file = FileHandle(forReadingAtPath: path) else {
            throw UsersFileError("cannot read the users file \(shown): \(String(cString: strerror(errno)))")
        }
        var status = stat()
        guard fstat(file.fileDescriptor, &status) == 0, status.st_mode & S_IFMT != S_IFDIR,
            let bytes = try? file.read(upToCount: mostBytes + 1) ?? Data()
        else { throw UsersFileError("cannot read the users file \(shown): give a file of NAME:PASSWORD lines") }
        guard bytes.count <= mostBytes else { throw UsersFileError("\(shown) is longer than \(mostBytes >> 20) MiB") }
        return (bytes, status.st_mode)
    }

    private struct LineReader {
        var users: [String: (line: Int, password: String)] = [:]
        var problems: [(line: Int, text: String)] = []
        var withoutPassword: [Int] = []

        mutating func read(_ line: Substring, _ number: Int) {
            if line.allSatisfy(\.isWhitespace) || line.first == "#" { return }
            do throws(UsersFileError) {
                let (name, password) = try Self.parse(line)
                if let other = users[name.lowercased()] {
                    throw UsersFileError(
                        "user \(PrintableText.escaped(name)) is in line \(other.line) already: names differ in more than case")
                }
                users[name.lowercased()] = (number, password)
                if password.isEmpty { withoutPassword.append(number) }
            } catch {
                problems.append((number, error.description))
            }
        }

        private static func parse(_ line: Substring) throws(UsersFileError) -> (name: String, password: String) {
            // By bytes: a mark that combines with the colon would make another character of it.
            guard let colon = line.utf8.firstIndex(of: UInt8(ascii: ":")), colon != line.startIndex else {
                throw UsersFileError("write a user as NAME:PASSWORD")
            }
            let (name, password) = (line[..<colon], line[line.utf8.index(after: colon)...])
            for (part, what) in [(name, "name"), (password, "password")] {
                if part.first?.isWhitespace == true || part.last?.isWhitespace == true {
                    throw UsersFileError("the \(what) begins or ends with a blank, which nobody sees: take it away")
                }
                guard part.unicodeScalars.allSatisfy(PrintableText.isPrintable) else {
                    throw UsersFileError("the \(what) has a character that cannot be typed or seen: \(PrintableText.escaped(name))")
                }
            }
            return (String(name), String(password))
        }
    }
}

/// Why a file of users cannot be used, in lines for whoever wrote it.
public struct UsersFileError: Error, CustomStringConvertible {
    public let description: String

    init(_ description: String) { self.description = description }
}
