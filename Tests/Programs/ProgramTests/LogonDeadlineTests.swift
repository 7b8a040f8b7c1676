import Foundation
import Glibc
import ProgramTestSupport
import Testing

/// Clients of servers that never let them in.
@Suite struct LogonDeadlineTests {
    /// What a server says before it falls silent, and what its client then waits for.
    enum Silence: String, CaseIterable, CustomTestStringConvertible {
        case atOnce, afterTheConfirm, withinTLS

        var testDescription: String { rawValue }

        /// TPKT and an X.224 Connection Confirm, without a negotiation response or with one that selects TLS (MS-RDPBCGR
        /// 2.2.1.2).
        var said: [UInt8] {
            switch self {
            case .atOnce: []
            case .afterTheConfirm: [3, 0, 0, 11, 6, 0xD0, 0, 0, 0x12, 0x34, 0]
            case .withinTLS: [3, 0, 0, 19, 14, 0xD0, 0, 0, 0x12, 0x34, 0, 2, 0, 8, 0, 1, 0, 0, 0]
            }
        }

        var awaited: String {
            switch self {
            case .atOnce: "the X.224 Connection Confirm"
            case .afterTheConfirm: "the MCS Connect-Response"
            case .withinTLS: "the TLS handshake or the MCS Connect-Response"
            }
        }

        var security: String { self == .withinTLS ? "tls" : "none" }
    }

    /// Accepts on a port of the kernel's choice, answers each connection's first bytes, and holds it.
    private final class SilentServer {
        let port: UInt16
        private let listener: Int32
        private let thread: Thread

        init(_ said: [UInt8]) {
            let listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
            var address = sockaddr_in()
            address.sin_family = sa_family_t(AF_INET)
            address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
            var length = socklen_t(MemoryLayout<sockaddr_in>.size)
            withUnsafeMutablePointer(to: &address) {
                $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                    _ = bind(listener, $0, length)
                    _ = listen(listener, 64)
                    _ = getsockname(listener, $0, &length)
                }
            }
            port = UInt16(bigEndian: address.sin_port)
            self.listener = listener
            thread = Thread {
                var held: [Int32] = []
                while case let connection = accept(listener, nil, nil), connection >= 0 {
                    held.append(connection)
                    var request = [UInt8](repeating: 0, count: 1024)
                    _ = read(connection, &request, request.count)
                    _ = said.withUnsafeBytes { write(connection, $0.baseAddress, $0.count) }
                }
                for connection in held { close(connection) }
            }
            thread.start()
        }

        /// The thread's accept(2) then fails.
        deinit {
            shutdown(listener, Int32(SHUT_RDWR))
            close(listener)
        }
    }

    private static func seconds(_ body: () throws -> Void) rethrows -> Double {
        let clock = ContinuousClock()
        let spent = try clock.measure(body).components
        return Double(spent.seconds) + Double(spent.attoseconds) * 1e-18
    }

    @Test(arguments: Silence.allCases)
    func tsclientGivesUpAndSaysWhatItWaitedFor(silence: Silence) throws {
        let server = SilentServer(silence.said)
        let spent = try Self.seconds {
            let outcome = try Programs.run(
                "tsclient",
                ["127.0.0.1:\(server.port)", "--user", "anna", "--security", silence.security, "--logon-deadline", "400ms"], limit: 30)
            #expect(outcome.code == 1)
            #expect(outcome.output == "ended: no logon within 400ms, waiting for \(silence.awaited)\n")
            #expect(outcome.errors.hasSuffix("connection lost: no logon within 400ms, waiting for \(silence.awaited)\n"))
        }
        #expect(spent > 0.4)
    }

    @Test(arguments: Silence.allCases)
    func tsloadCountsThoseWhoGaveUpOnALineOfTheirOwn(silence: Silence) throws {
        let server = SilentServer(silence.said)
        let outcome = try Programs.run(
            "tsload",
            [
                "--target", "127.0.0.1:\(server.port)", "--clients", "5", "--security", silence.security, "--logon-deadline", "400ms",
                "--hold", "0s",
            ], limit: 30)
        #expect(outcome.code == 1)
        #expect(outcome.output.contains("0 of 5 logged on"))
        #expect(outcome.output.hasSuffix("failed     5: no logon within 400ms, waiting for \(silence.awaited)\n"))
    }

    /// A server that is there and well: the deadline does not end those who were in time.
    @Test func whoIsLoggedOnStays() throws {
        let server = try RunningServer()
        let load = try Programs.run(
            "tsload", ["--target", server.target, "--clients", "5", "--logon-deadline", "2s", "--hold", "2500ms"], limit: 30)
        #expect(load.code == 0 && !load.output.contains("failed"), "\(load.output)")
        let client = try Programs.run(
            "tsclient", [server.target, "--user", "anna", "--logon-deadline", "2s", "--script", "wait 2500ms; disconnect"], limit: 30)
        #expect(client.code == 0, "\(client.errors)")
    }
}
