import Faults
import Foundation
import Glibc

/// Where a run writes. What an earlier run left there is removed at the start, so that nothing old lies beside the new.
struct RunDirectory {
    let url: URL

    /// Makes it where it is missing.
    init(_ path: String) throws(LabError) {
        url = URL(fileURLWithPath: path)
        try Self.make(url.path)
        try Self.make(logs.path)
        try removeOld()
    }

    var results: URL { file("results.json") }
    var claims: URL { file("claims.json") }
    var report: URL { file("report.html") }
    var events: URL { file("events.ndjson") }
    var capture: URL { file("wire.pcapng") }
    private var logs: URL { file("logs") }

    func file(_ name: String) -> URL { url.appendingPathComponent(name) }

    /// Where a program's standard error goes; the name holds only letters, digits, `.`, `_` and `-`.
    func log(_ name: String) -> String { logs.appendingPathComponent(Self.safe(name) + ".log").path }

    /// A name that every file system and artifact store takes: other characters than letters and digits of ASCII, `.`, `_`
    /// and `-` become `-`, several of them one.
    static func safe(_ name: String) -> String {
        var safe = ""
        for scalar in name.unicodeScalars {
            let isPlain =
                scalar.isASCII
                && (scalar.properties.isAlphabetic || scalar.properties.numericType != nil || "._-".unicodeScalars.contains(scalar))
            if isPlain { safe.unicodeScalars.append(scalar) } else if safe.last != "-" { safe.append("-") }
        }
        return safe
    }

    /// Whether a run writes files of this name, so that an old one may go. Others in the directory are somebody else's.
    private static func isOwn(_ name: String) -> Bool {
        ["results.json", "claims.json", "report.html", "events.ndjson", "wire.pcapng"].contains(name)
            || name.wholeMatch(of: /line-[0-9]+\.(pcapng|ndjson|log)|schedule-[0-9]+\.txt/) != nil
    }

    private static func isOwnLog(_ name: String) -> Bool {
        let stem = name.hasSuffix(".log") ? String(name.dropLast(4)) : ""
        return stem == "server" || Fault(rawValue: stem) != nil || stem.wholeMatch(of: /(cell|stress)-[0-9]+-.*/) != nil
    }

    private func removeOld() throws(LabError) {
        let manager = FileManager.default
        let old = ((try? manager.contentsOfDirectory(atPath: url.path)) ?? []).filter(Self.isOwn).map { file($0).path }
        let oldLogs = ((try? manager.contentsOfDirectory(atPath: logs.path)) ?? []).filter(Self.isOwnLog)
            .map { logs.appendingPathComponent($0).path }
        for path in old + oldLogs where unlink(path) != 0 && errno != ENOENT {
            throw .cannotWrite(path: path, errno: errno)
        }
    }

    private static func make(_ path: String) throws(LabError) {
        var made = ""
        for part in path.split(separator: "/") {
            made += "/" + part
            var entry = stat()
            if stat(made, &entry) == 0 {
                guard entry.st_mode & S_IFMT == S_IFDIR else { throw .cannotWrite(path: path, errno: ENOTDIR) }
                continue
            }
            guard mkdir(made, 0o777) == 0 || errno == EEXIST else { throw .cannotWrite(path: path, errno: errno) }
        }
        guard access(path, W_OK | X_OK) == 0 else { throw .cannotWrite(path: path, errno: errno) }
    }
}
