import Foundation
import Glibc
import ProgramTestSupport
import TemporaryTestSupport
import Testing

/// Servers that clients will never reach: what is wrong is said at once, not after the time to get ready.
extension LabRuns {
    @Suite(.enabled(if: access("/usr/bin/python3", X_OK) == 0, "needs python3"))
    struct WitnessTroubleTests {
        private func complaint(_ server: String, port: Int) throws -> String {
            let directory = try Temporary.directory()
            defer { try? FileManager.default.removeItem(at: directory) }
            let run = try Programs.run(
                "tslab",
                [
                    "witness", "--server", server, "--port", "\(port)", "--protocol", "tcp", "--fault", "kill", "--clients", "1",
                    "--out", directory.path,
                ], limit: 30)
            #expect(run.code == 1)
            #expect(FileManager.default.fileExists(atPath: directory.appendingPathComponent("results.json").path))
            return run.errors
        }

        @Test func aProgramThatIsNotThere() throws {
            let said = try complaint("no-such-server --foreground", port: 8000)
            #expect(said.contains("the server's program was not found") && said.contains("no-such-server"))
        }

        @Test func aServerThatEnds() throws {
            let said = try complaint("echo starting; echo cannot read my keys >&2; exit 3", port: 8000)
            #expect(said.contains("ended with exit code 3") && said.contains("cannot read my keys"))
        }

        @Test func aListenerOnLoopbackAlone() throws {
            let said = try complaint("exec python3 -m http.server --bind 127.0.0.1 8000", port: 8000)
            #expect(said.contains("loopback only"))
        }

        @Test func anotherPortThanTheServersOwn() throws {
            let said = try complaint("exec python3 -m http.server 8000", port: 8001)
            #expect(said.contains("nobody listens at port 8001, but the server does at 8000"))
        }
    }
}
