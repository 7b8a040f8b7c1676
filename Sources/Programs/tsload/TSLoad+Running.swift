import ArgumentParser
import Arguments
import EventLoop
import Faults
import Foundation
import Glibc
import LoadGenerator
import Logging
import ProgramLog

/// How tsload does what its command line asks for.
extension TSLoad {
    /// What a load came to.
    private final class Outcome {
        var summary = LoadSummary()
        /// Workers that have not told theirs.
        var missing = 0
        var isInterrupted = false
    }

    /// Exit codes beside 0, 1 and 64.
    private static let evidenceLost = ExitCode(2)
    private static let interrupted = ExitCode(130)

    func load() throws {
        let plan = try plan()
        let schedule = try readSchedule()
        let descriptor = try openTruth()
        // Past a limit of a file's size, write(2) is to say so instead of ending this process.
        signal(SIGXFSZ, SIG_IGN)
        let loop = try EventLoop()
        let outcome = Outcome()
        let stop = try start(plan, schedule, truth: descriptor, on: loop, outcome)
        let signals = [SIGTERM, SIGINT].map { number in
            loop.onSignal(number) {
                outcome.isInterrupted = true
                stop()
            }
        }
        loop.run()
        signals.forEach { $0.cancel() }
        try tell(outcome.summary)
        try judge(outcome)
    }

    private func readSchedule() throws -> StressSchedule? {
        try schedule.map { path in
            try OptionValue.parsed("--schedule", try OptionValue.file("--schedule", path)) { try StressSchedule(parsing: $0) }
        }
    }

    /// - Returns: what ends the load early.
    private func start(
        _ plan: LoadPlan, _ schedule: StressSchedule?, truth descriptor: Int32?, on loop: EventLoop, _ outcome: Outcome
    ) throws -> () -> Void {
        let numbers = try numbers()
        if numbers.workers > 1 {
            outcome.missing = numbers.workers
            let program = try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
            let all = try LoadWorkers(program: program, arguments: workerArguments(numbers), loop: loop) { line in
                guard let part = try? JSONDecoder().decode(LoadSummary.self, from: Data(line)) else { return }
                outcome.summary.add(part)
                outcome.missing -= 1
            } finished: {
                loop.stop()
            }
            return { all.stop() }
        }
        DescriptorLimit.raise()
        let finished: (LoadSummary) -> Void = {
            outcome.summary = $0
            loop.stop()
        }
        let logger = Logger(label: "tsload")
        if let schedule {
            let load = try StressLoad(schedule, plan: plan, truth: descriptor, loop: loop, logger: logger, finished: finished)
            return { load.stop() }
        }
        let load = try LoadGenerator(plan: plan, truth: descriptor, loop: loop, logger: logger, finished: finished)
        return { load.stop() }
    }

    /// The command line of each worker: the same, for a part of the clients.
    private func workerArguments(_ numbers: Numbers) -> [[String]] {
        var shared: [String] = []
        var rest = CommandLine.arguments.dropFirst()
        while let word = rest.popFirst() {
            let name = word.split(separator: "=", maxSplits: 1).first.map(String.init) ?? word
            guard ["--workers", "--clients", "--first-workstation", "--rate", "--json"].contains(name) else {
                shared.append(word)
                continue
            }
            if name != "--json", !word.contains("=") { rest = rest.dropFirst() }
        }
        return (0..<numbers.workers).map { index in
            let first = numbers.clients * index / numbers.workers
            let count = numbers.clients * (index + 1) / numbers.workers - first
            return shared + [
                "--json", "--clients", "\(count)", "--first-workstation", "\(numbers.firstWorkstation + first)",
                "--rate", "\(numbers.rate / Double(numbers.workers))",
            ]
        }
    }

    private func tell(_ summary: LoadSummary) throws {
        if json {
            print(String(decoding: try JSONEncoder().encode(summary), as: UTF8.self))
        } else if truth != "-" {
            print(summary.text)
        } else {
            Self.complain(summary.text)
        }
    }

    /// What the exit code says, the worst first.
    private func judge(_ outcome: Outcome) throws {
        for loss in outcome.summary.losses { Self.complain("tsload: evidence was lost: \(loss)") }
        if outcome.missing > 0 {
            Self.complain("tsload: evidence was lost: \(outcome.missing) workers ended without a summary: their clients are not counted")
        }
        if !outcome.summary.lost.isEmpty || outcome.missing > 0 { throw Self.evidenceLost }
        if outcome.isInterrupted { throw Self.interrupted }
        if outcome.summary.failed > 0 { throw ExitCode(1) }
    }

    private static func complain(_ text: String) { for line in text.split(separator: "\n") { ErrorOutput.shared.say(String(line)) } }
}
