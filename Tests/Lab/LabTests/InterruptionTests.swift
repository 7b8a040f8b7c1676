import Contracts
import Foundation
import Glibc
import ProgramTestSupport
import TemporaryTestSupport
import Testing

/// Runs that end before their time: what was seen is written, and nothing of them survives.
extension LabRuns {
    @Suite struct InterruptionTests {
        /// What must be gone once a lab has ended: its processes, and whoever else is in its namespaces.
        private struct Remains {
            let processes: [Int32]
            let namespaces: Set<String>

            init(of lab: RunningLab) {
                processes = lab.family()
                // Not the wrapper's own, which is the suite's.
                namespaces = RunningLab.namespaces(processes).subtracting(RunningLab.namespaces([getpid()]))
            }

            func expectNothing() throws {
                #expect(!processes.isEmpty && !namespaces.isEmpty)
                try eventually("the end of \(RunningLab.running(processes))", within: .seconds(5)) {
                    RunningLab.running(processes).isEmpty && RunningLab.running(RunningLab.inhabitants(of: namespaces)).isEmpty
                }
                // Names in /run were in a mount namespace of the run's own.
                #expect(access("/run/cell1.sock", F_OK) != 0)
            }
        }

        private func expectResults(_ lab: RunningLab, _ ending: RunEnding, reason: String) throws {
            let results = try lab.results()
            #expect(results.ended == ending)
            #expect(results.reason?.contains(reason) == true, "\(results.reason ?? "no reason")")
            let run = try #require(results.run)
            #expect(run.arguments.contains("reproduce") && !run.kernel.isEmpty && !run.host.isEmpty && run.version.contains("."))
            // Nothing is claimed of what was not seen to its end.
            let claims = try Data(contentsOf: lab.directory.appendingPathComponent("claims.json"))
            #expect(try JSONDecoder().decode([Claim].self, from: claims).isEmpty)
            #expect(results.claimsNotTested?.isEmpty == false)
            let report = try String(contentsOf: lab.directory.appendingPathComponent("report.html"), encoding: .utf8)
            #expect(report.contains("class=\"ending\""))
        }

        @Test(arguments: [(SIGINT, "SIGINT"), (SIGTERM, "SIGTERM"), (SIGHUP, "SIGHUP")])
        func aSignalInTheMiddleWritesWhatWasSeen(signal: Int32, name: String) throws {
            let lab = try RunningLab()
            try lab.waitForTheFault()
            let remains = Remains(of: lab)
            lab.program.signal(signal)
            #expect(try lab.program.wait() == 130)
            try expectResults(lab, .interrupted, reason: name)
            let cell = try #require(try lab.results().cells.first)
            #expect(cell.faulted == 2 && cell.orphansAtHorizon == 2 && cell.detected == 0)
            // Seconds, not the horizon's two minutes each.
            let seen = try #require(try lab.results().observedSeconds)
            #expect(seen < 30 && cell.orphanSeconds <= 2 * 30)
            #expect(lab.events().contains("\"belief\""))
            try remains.expectNothing()
        }

        /// From the first moment at which the run is a process inside to the clients' logging on.
        @Test(arguments: [0, 150, 400, 900]) func aSignalEarlyOnIsHeardToo(milliseconds: UInt32) throws {
            let lab = try RunningLab()
            // The wrapper passes signals on as soon as there is somebody inside.
            try eventually("the program inside") { lab.family().count >= 2 }
            usleep(milliseconds * 1000)
            let remains = Remains(of: lab)
            lab.program.signal(SIGINT)
            #expect(try lab.program.wait() == 130)
            try expectResults(lab, .interrupted, reason: "SIGINT")
            try remains.expectNothing()
        }

        @Test func aServerThatStandsStillDoesNotHoldTheLabUp() throws {
            let lab = try RunningLab()
            try lab.waitForTheFault()
            let remains = Remains(of: lab)
            kill(try lab.find("tsserver"), SIGSTOP)
            lab.program.signal(SIGTERM)
            // Three seconds until it is killed, and what a busy machine takes.
            #expect(try lab.program.wait(within: .seconds(15)) == 130)
            try expectResults(lab, .interrupted, reason: "SIGTERM")
            try remains.expectNothing()
        }

        @Test func aSecondSignalEndsAtOnce() throws {
            let lab = try RunningLab()
            try lab.waitForTheFault()
            let remains = Remains(of: lab)
            kill(try lab.find("tsserver"), SIGSTOP)
            lab.program.signal(SIGINT)
            usleep(300_000)
            lab.program.signal(SIGINT)
            #expect(try lab.program.wait(within: .seconds(2)) == 130)
            try remains.expectNothing()
        }

        @Test(arguments: ["tsserver", "tsload", "dumpcap"]) func aProgramsDeathEndsTheRunAndIsNamed(name: String) throws {
            let lab = try RunningLab()
            try lab.waitForTheFault()
            let remains = Remains(of: lab)
            kill(try lab.find(name), SIGKILL)
            if name == "dumpcap" {
                // Nobody waits for its end, which is only known of when its packets are asked for.
                lab.program.signal(SIGINT)
                #expect(try lab.program.wait() == 130)
                #expect(try lab.results().evidenceLost?.contains { $0.contains("capture") } == true)
            } else {
                #expect(try lab.program.wait() == 1)
                try expectResults(lab, .failed, reason: "\(name) ended by signal 9")
            }
            try remains.expectNothing()
        }

        @Test func nothingSurvivesTheDeathOfTheWrapper() throws {
            let lab = try RunningLab()
            try lab.waitForTheFault()
            let remains = Remains(of: lab)
            lab.program.signal(SIGKILL)
            #expect(try lab.program.wait() == 128 + SIGKILL)
            try remains.expectNothing()
            // What was heard until then is there.
            #expect(lab.events().contains("\"struck\""))
        }

        @Test func nothingSurvivesTheDeathOfTheProgramInside() throws {
            let lab = try RunningLab()
            try lab.waitForTheFault()
            let remains = Remains(of: lab)
            kill(try lab.find("tslab"), SIGKILL)
            #expect(try lab.program.wait() != 0)
            try remains.expectNothing()
        }

        /// A load of several processes outside of any lab: no namespace ends its workers.
        @Test func workersDieWithTheirParent() throws {
            let server = try RunningServer()
            let load = try RunningProgram(
                "tsload", ["--target", server.target, "--clients", "4", "--workers", "2", "--hold", "5m"])
            var workers: [Int32] = []
            try eventually("two workers") {
                workers =
                    ((try? String(contentsOfFile: "/proc/\(load.identifier)/task/\(load.identifier)/children", encoding: .utf8)) ?? "")
                    .split(separator: " ").compactMap { Int32($0) }
                return workers.count == 2
            }
            load.signal(SIGKILL)
            _ = try load.wait()
            try eventually("the end of the workers", within: .seconds(5)) { RunningLab.running(workers).isEmpty }
        }

        @Test func whatAnOlderRunLeftIsGoneAtTheStart() throws {
            let directory = try Temporary.directory()
            let manager = FileManager.default
            try manager.createDirectory(at: directory.appendingPathComponent("logs"), withIntermediateDirectories: true)
            let old = ["results.json", "claims.json", "report.html", "wire.pcapng", "line-3.ndjson", "logs/cell-9-old.log"]
            for name in old + ["notes.txt"] { try Data("old".utf8).write(to: directory.appendingPathComponent(name)) }
            let lab = try RunningLab(directory: directory)
            try eventually("the first event", within: .seconds(60)) { !lab.events().isEmpty }
            lab.program.signal(SIGINT)
            _ = try lab.program.wait()
            for name in old {
                let text = try? String(contentsOf: directory.appendingPathComponent(name), encoding: .isoLatin1)
                #expect(text != "old", "\(name)")
            }
            // What is not ours stays.
            #expect(try String(contentsOf: directory.appendingPathComponent("notes.txt"), encoding: .utf8) == "old")
            for name in try manager.contentsOfDirectory(atPath: directory.appendingPathComponent("logs").path) {
                #expect(name.wholeMatch(of: /[A-Za-z0-9._-]+/) != nil, "\(name)")
            }
        }
    }
}
