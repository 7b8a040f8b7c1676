import Contracts
import Faults
import Foundation
import Measurement
import ProgramTestSupport
import TemporaryTestSupport

/// One run of `tslab reproduce` or `tslab witness`, as a user would run it.
struct Run {
    let outcome: Programs.Outcome
    let results: Results
    let directory: URL

    init(_ arguments: [String], command: String = "reproduce", limit seconds: Int = 180) throws {
        directory = try Temporary.directory()
        outcome = try Programs.run(
            "tslab", [command, "--json", "--out", directory.path] + arguments, limit: seconds)
        guard !outcome.output.isEmpty else { throw Failed(description: "tslab said nothing but: \(outcome.errors)") }
        results = try JSONDecoder().decode(Results.self, from: Data(outcome.output.utf8))
    }

    struct Failed: Error, CustomStringConvertible { let description: String }

    func cell(_ policy: String, _ fault: Fault, over transport: String = "tcp") throws -> CellResult {
        let all = results.cells
        guard let cell = all.first(where: { $0.transport == transport && $0.policy == policy && $0.fault == fault }) else {
            throw Failed(description: "no cell \(transport)/\(policy)/\(fault.rawValue)")
        }
        return cell
    }

    /// The claims that do not hold.
    func broken() throws -> [String] {
        struct Claim: Decodable { let text: String, holds: Bool, seen: String? }
        let claims = try JSONDecoder().decode(
            [Claim].self, from: Data(contentsOf: directory.appendingPathComponent("claims.json")))
        return claims.filter { !$0.holds }.map { "\($0.text): \($0.seen ?? "")" }
    }

    /// How many packets of each cell tshark shows through a filter; cells by their place in the results.
    func tshark(_ filter: String) throws -> [Int] {
        let capture = directory.appendingPathComponent("wire.pcapng").path
        let listed = try Programs.run(
            "/usr/bin/tshark", ["-r", capture, "-Y", filter, "-T", "fields", "-e", "ip.src", "-e", "ip.dst"])
        var counts = [Int](repeating: 0, count: results.cells.count)
        for line in listed.output.split(separator: "\n") {
            // A cell's server has the address 198.19.1.N, N from 1 (PrivateNetwork.serverAddress).
            let server = line.split(separator: "\t").first { $0.hasPrefix("198.19.1.") }
            if let number = server.flatMap({ Int($0.dropFirst("198.19.1.".count)) }) { counts[number - 1] += 1 }
        }
        return counts
    }
}
