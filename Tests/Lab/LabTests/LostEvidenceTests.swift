import Contracts
import Foundation
import Glibc
import ProgramTestSupport
import TemporaryTestSupport
import Testing

/// Programs in the place of the kit's own that say what cannot be understood, or stop to speak: the run ends with 2, and says
/// what was lost.
extension LabRuns {
    @Suite(.enabled(if: access("/usr/bin/python3", X_OK) == 0, "needs python3"))
    struct LostEvidenceTests {
        /// Listens, and answers GET /events with what is asked for.
        private static func server(saying events: String, thenEnding ends: Bool) -> String {
            """
            #!/usr/bin/python3
            import socket, sys, time
            path = sys.argv[sys.argv.index("--admin") + 1]
            listener = socket.socket(socket.AF_UNIX)
            listener.bind(path)
            listener.listen()
            print("listening tcp://198.19.1.1:3389", flush=True)
            peer, _ = listener.accept()
            peer.recv(4096)
            peer.sendall(b"HTTP/1.0 200 OK\\r\\n\\r\\n" + b'''\(events)''')
            if \(ends ? "True" : "False"):
                time.sleep(1)
                peer.close()
            time.sleep(300)
            """
        }

        /// Says that its clients are there and that one is struck, and then more.
        private static func load(saying more: String = "", endingWith code: Int = 0) -> String {
            """
            #!/usr/bin/python3
            import signal, sys, time
            signal.signal(signal.SIGTERM, lambda *_: sys.exit(\(code)))
            for event in ("ready", "struck"):
                print('{"event":"%s","t":%d,"address":"198.18.0.1:1024"}' % (event, time.monotonic_ns()), flush=True)
            sys.stdout.write('''\(more)''')
            sys.stdout.flush()
            sys.stderr.write("tsload: wrote only half of the truth\\n")
            time.sleep(300)
            """
        }

        /// A lab whose other programs are these.
        private func run(_ server: String, _ load: String) throws -> (code: Int32, errors: String, results: Results) {
            let directory = try Temporary.directory()
            defer { try? FileManager.default.removeItem(at: directory) }
            // tslab takes the programs beside it.
            try FileManager.default.copyItem(atPath: Programs.path("tslab"), toPath: directory.appendingPathComponent("tslab").path)
            for (name, text) in [("tsserver", server), ("tsload", load)] {
                let path = directory.appendingPathComponent(name).path
                try Data(text.utf8).write(to: URL(fileURLWithPath: path))
                chmod(path, 0o755)
            }
            let lab = try RunningLab(
                [
                    "reproduce", "--clients", "1", "--horizon", "10s", "--transport", "tcp", "--fault", "power-off", "--policy", "none",
                ], tslab: directory.appendingPathComponent("tslab").path)
            let code = try lab.program.wait(within: .seconds(60))
            return (code, lab.program.errors, try lab.results())
        }

        private static let silent = server(saying: "", thenEnding: false)

        private func expectLost(_ what: String, in run: (code: Int32, errors: String, results: Results)) {
            #expect(run.code == 2)
            #expect(run.results.evidenceLost?.contains { $0.contains(what) } == true, "\(run.results.evidenceLost ?? [])")
            #expect(run.errors.contains("evidence lost: "))
        }

        @Test func beliefsThatCannotBeReadAreEvidenceLost() throws {
            let run = try run(Self.server(saying: "{\\\"t\\\":1}\\n\\x1b[31mnot JSON\\n", thenEnding: false), Self.load())
            expectLost("2 beliefs of tsserver could not be read", in: run)
            #expect(run.results.ended == .complete)
            #expect(!run.errors.contains("\u{1B}"))
        }

        @Test func aStreamOfBeliefsThatTheServerEndsIsEvidenceLost() throws {
            let run = try run(Self.server(saying: "", thenEnding: true), Self.load())
            expectLost("the server ended its stream of events", in: run)
            #expect(run.results.ended == .failed)
        }

        @Test func truthThatCannotBeReadIsEvidenceLost() throws {
            let run = try run(Self.silent, Self.load(saying: "{\\\"event\\\":\\\"nonsense\\\"}\\n"))
            expectLost("tsload said what is no truth", in: run)
        }

        @Test func truthThatEndsWithinALineIsEvidenceLost() throws {
            expectLost("its output ended within a line", in: try run(Self.silent, Self.load(saying: "{\\\"event\\\":\\\"stru")))
        }

        @Test func aLoadThatSaysThatItLostTruthIsBelieved() throws {
            expectLost("tsload lost truth: tsload: wrote only half of the truth", in: try run(Self.silent, Self.load(endingWith: 2)))
        }
    }
}
