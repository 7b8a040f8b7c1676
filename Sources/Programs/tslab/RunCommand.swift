import ArgumentParser
import Foundation
import Lab
import Netlab
import ProgramLog

/// What the commands have in common that run something in a network of their own.
enum RunCommand {
    /// Runs it, writes what came of it to a directory, and says it.
    ///
    /// - Parameters:
    ///   - json: whether results.json is all that is printed.
    ///   - text: the outcome for people.
    /// - Throws: the exit code, once it is said why, where it is not 0.
    static func run<Outcome: RunOutcome>(
        out: String, json: Bool, _ body: (Experiment) -> Outcome, text: (Outcome) -> String
    ) throws {
        do {
            try PrivateNetwork.reexecute()
            let outcome = body(try Experiment(directory: out))
            var code = outcome.end.exitCode(isShown: outcome.isShown)
            do {
                try outcome.write()
            } catch {
                complain("\(error)")
                if code == 0 { code = 2 }
            }
            if json {
                FileHandle.standardOutput.write(try Data(contentsOf: URL(fileURLWithPath: out).appendingPathComponent("results.json")))
            } else {
                print(text(outcome))
            }
            for complaint in outcome.end.complaints { complain(complaint) }
            if code != 0 { throw ExitCode(code) }
        } catch let code as ExitCode {
            throw code
        } catch {
            complain("\(error)")
            throw ExitCode(1)
        }
    }

    private static func complain(_ text: String) { ErrorOutput.shared.say("tslab: \(text)") }
}
