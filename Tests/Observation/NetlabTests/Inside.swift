import Glibc
import Netlab
import NetlabTestSupport
import Testing

@Suite(.serialized) struct Reexecution {
    /// First step, in the ordinary test run. As root also once as nobody, who has only user namespaces.
    @Test(.enabled(if: Inside.isFirstStep), arguments: [false, true])
    func suitesInside(asNobody: Bool) throws {
        if asNobody, geteuid() != 0 { return }
        let said = try Inside.output(of: "NetlabTests.Reexecution", asNobody: asNobody)
        #expect(said.contains("NetlabTests ran inside"), "\(said)")
    }

    /// No more user namespaces to be had, and no capability to do without them.
    @Test(.enabled(if: Inside.isFirstStep))
    func refusalNamesBothWaysOut() throws {
        let step = Inside.command(filter: "NetlabTests.Reexecution").joined(separator: " ")
        let said = try Command.run(
            "unshare",
            [
                "--user", "--map-root-user", "sh", "-c",
                "echo 0 > /proc/sys/user/max_user_namespaces; setpriv --bounding-set=-all \(step) 2>&1; true",
            ])
        #expect(said.contains("user namespaces are refused here") && said.contains("run as root, or in a container"))
    }

    /// Second step: become the bundle inside. Returns only by failing.
    @Test(.enabled(if: Inside.isSecondStep))
    func becomeInside() throws {
        try PrivateNetwork.reexecute(arguments: Inside.arguments(filter: "NetlabTests.(InNetwork|RunsInside)"))
        Issue.record("not executed")
    }
}

@Suite(.enabled(if: PrivateNetwork.isInside)) struct RunsInside {
    @Test func saysSo() throws {
        print("NetlabTests ran inside")
        // Inside already: a second call must do nothing.
        try PrivateNetwork.reexecute()
    }
}

/// The one private network of the process inside, built when first asked for.
enum Laboratory {
    static func network() throws(NetlabError) -> PrivateNetwork { try shared.get().value }

    private static let shared = Result { () throws(NetlabError) in
        Shared(value: try PrivateNetwork(serverAddresses: 3, tcpRetries2: 5))
    }

    /// The network is not for several threads; the suite that uses it is serialized.
    private struct Shared: @unchecked Sendable { let value: PrivateNetwork }
}
