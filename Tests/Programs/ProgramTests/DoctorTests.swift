import Foundation
import Glibc
import ProgramTestSupport
import TemporaryTestSupport
import Testing

/// `tslab doctor` on machines that lack one thing each. They are made with unshare(1), so that nothing of this machine's changes.
@Suite struct DoctorTests {
    /// The JSON as others read it.
    private struct Report: Decodable {
        struct Check: Decodable {
            let name: String
            let state: String
            let isRequired: Bool
            let found: String
            let remedies: [String]
        }
        let schema: Int
        let isReady: Bool
        let checks: [Check]

        subscript(_ name: String) -> Check? { checks.first { $0.name == name } }
        var missing: Set<String> { Set(checks.filter { $0.state != "ok" && $0.isRequired }.map(\.name)) }
    }

    private func examine(after crippling: String, _ how: [String] = ["--mount"]) throws -> (code: Int32, report: Report) {
        let outcome = try run(crippling, how, "doctor --json")
        let report = try JSONDecoder().decode(Report.self, from: Data(outcome.output.utf8))
        #expect(report.schema == 1)
        return (outcome.code, report)
    }

    private func run(_ crippling: String, _ how: [String], _ arguments: String) throws -> Programs.Outcome {
        try Programs.run(
            "/usr/bin/unshare",
            ["--user", "--map-root-user"] + how + ["sh", "-c", "\(crippling) \(Programs.path("tslab")) \(arguments)"])
    }

    private let noNamespaces = "echo 0 > /proc/sys/user/max_user_namespaces; exec setpriv --bounding-set=-all"

    @Test func nothingIsMissingWhereTheSuiteRuns() throws {
        let (code, report) = try examine(after: "exec")
        #expect(code == 0 && report.isReady && report.missing.isEmpty, "\(report)")
        #expect(report["namespaces"] != nil && report["packet capture"] != nil)
    }

    @Test func noNamespacesAreNamedWithTheSettingThatForbidsThem() throws {
        let (code, report) = try examine(after: noNamespaces, [])
        #expect(code == 1 && !report.isReady)
        #expect(report["namespaces"]?.state == "missing")
        #expect(report["namespaces"]?.remedies.contains("sysctl -w user.max_user_namespaces=15000") == true)
        #expect(report["nftables named sets"]?.state == "unknown")
        #expect(report["ip"]?.state == "ok")
    }

    @Test func anExperimentThatCannotBeginNamesTheDoctor() throws {
        let directory = try Temporary.directory()
        defer { try? FileManager.default.removeItem(at: directory) }
        let outcome = try run(noNamespaces, [], "reproduce --out \(directory.path)")
        #expect(outcome.code == 1 && outcome.errors.contains("'tslab doctor'"), "\(outcome.errors)")
        #expect(outcome.errors.split(separator: "\n").count == 1)
    }

    @Test func noTunDeviceIsNamed() throws {
        let (code, report) = try examine(after: "mount -t tmpfs tslab /dev/net && exec")
        #expect(code == 1)
        #expect(report.missing == ["/dev/net/tun", "TUN interfaces"], "\(report)")
        // Said once: what follows from it was not tried.
        #expect(report["TUN interfaces"]?.state == "unknown")
        #expect(report["/dev/net/tun"]?.remedies.contains("modprobe tun") == true)
    }

    @Test func aMissingProgramIsNamedWithItsPackage() throws {
        let (code, report) = try examine(
            after: "for tool in ip nft; do mount --bind /dev/null $(readlink -f $(command -v $tool)); done; exec")
        #expect(code == 1)
        #expect(report["ip"]?.remedies == ["apt-get install iproute2"])
        #expect(report["lab network"]?.state == "missing" && report["packet capture"]?.state == "unknown")
        // The lab speaks to the kernel through libnftables: the program is for people.
        #expect(report["nft"]?.state == "missing" && report["nft"]?.isRequired == false)
        #expect(report["nftables named sets"]?.state == "ok")
    }

    @Test func fewDescriptorsAreNamed() throws {
        let (code, report) = try examine(after: "exec prlimit --nofile=1024:1024")
        #expect(code == 1 && report.missing == ["descriptors"], "\(report)")
        #expect(report["descriptors"]?.found == "at most 1024 a process")
    }

    @Test func theInnerHalfIsNotForOthersToRun() throws {
        let outcome = try Programs.run("tslab", ["doctor", "--inside"])
        #expect(outcome.code == 64)
    }
}
