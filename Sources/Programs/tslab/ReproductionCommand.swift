import ArgumentParser
import Foundation
import Glibc
import Lab
import Netlab
import ProgramLog

/// What the commands that run a matrix have in common.
enum ReproductionCommand {
    /// Runs the matrix in a network of its own, writes what came of it to a directory, and says it.
    ///
    /// - Throws: `ExitCode(1)`, once it is said why, where it could not run or not everything was shown.
    static func run(_ plan: ReproductionPlan, out: String, json: Bool) throws {
        do {
            try PrivateNetwork.reexecute()
            let directory = URL(fileURLWithPath: out)
            let outcome = try Reproduction(plan: plan, directory: directory, progress: Progress()).run()
            try outcome.write(to: directory)
            if json {
                FileHandle.standardOutput.write(try Data(contentsOf: directory.appendingPathComponent("results.json")))
            } else {
                print(ResultsTable(outcome.results).text)
                print()
                print(Verdict(outcome).text)
                print("\nReport: \(directory.appendingPathComponent("report.html").path)")
            }
            if !outcome.isShown { throw ExitCode(1) }
        } catch let code as ExitCode {
            throw code
        } catch {
            ErrorOutput.shared.say("tslab: \(error)")
            throw ExitCode(1)
        }
    }
}
