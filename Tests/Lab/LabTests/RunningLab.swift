import Contracts
import Foundation
import Glibc
import ProgramTestSupport
import TemporaryTestSupport

/// A `tslab` at work in the background, with the processes below it.
final class RunningLab {
    let program: RunningProgram
    let directory: URL

    /// Two clients that lose power on a server as shipped, as long as a run may be: whoever starts it will end it.
    static let reproduce = [
        "reproduce", "--clients", "2", "--horizon", "2m", "--transport", "tcp", "--fault", "power-off", "--policy", "none",
    ]

    /// - Parameter tslab: another program file than the suite's.
    init(_ arguments: [String] = RunningLab.reproduce, tslab: String = "tslab", directory: URL? = nil) throws {
        self.directory = try directory ?? Temporary.directory()
        program = try RunningProgram(tslab, arguments + ["--out", self.directory.path])
    }

    deinit { try? FileManager.default.removeItem(at: directory) }

    /// All processes that it has started, and theirs, by their numbers here.
    func family() -> [Int32] { Self.children(of: program.identifier) }

    /// The one of them that is this program of the kit, not whatever led to it.
    func find(_ name: String) throws -> Int32 {
        var found: Int32?
        try eventually("\(name) below tslab") {
            found = family().last { Self.commandLine($0).first?.hasSuffix("/" + name) == true }
            return found != nil
        }
        return found ?? -1
    }

    /// Waits until the clients have been struck.
    func waitForTheFault() throws {
        try eventually("the fault in events.ndjson", within: .seconds(60)) { [self] in events().contains("\"struck\"") }
    }

    func events() -> String { (try? String(contentsOf: directory.appendingPathComponent("events.ndjson"), encoding: .utf8)) ?? "" }

    func results() throws -> Results {
        try JSONDecoder().decode(Results.self, from: Data(contentsOf: directory.appendingPathComponent("results.json")))
    }

    /// Those that still run. A zombie does not: who adopted it has not asked for it yet.
    static func running(_ processes: [Int32]) -> [String] {
        processes.filter { process in
            let status = (try? String(contentsOfFile: "/proc/\(process)/status", encoding: .utf8)) ?? "State:\tZ"
            return !status.contains("State:\tZ") && !status.contains("State:\tX")
        }.map { "\($0): \(commandLine($0).joined(separator: " "))" }
    }

    /// The network namespaces that processes are in, by the kernel's names for them.
    static func namespaces(_ processes: [Int32]) -> Set<String> {
        Set(processes.compactMap { try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/\($0)/ns/net") })
    }

    /// All processes of the machine that are in one of these.
    static func inhabitants(of namespaces: Set<String>) -> [Int32] {
        let all = ((try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? []).compactMap { Int32($0) }
        return all.filter { !Self.namespaces([$0]).isDisjoint(with: namespaces) }
    }

    private static func children(of process: Int32) -> [Int32] {
        let threads = (try? FileManager.default.contentsOfDirectory(atPath: "/proc/\(process)/task")) ?? []
        let own = threads.flatMap { thread in
            ((try? String(contentsOfFile: "/proc/\(process)/task/\(thread)/children", encoding: .utf8)) ?? "")
                .split(separator: " ").compactMap { Int32($0) }
        }
        return own + own.flatMap(children)
    }

    private static func commandLine(_ process: Int32) -> [String] {
        ((try? String(contentsOfFile: "/proc/\(process)/cmdline", encoding: .utf8)) ?? "").split(separator: "\0").map(String.init)
    }
}
