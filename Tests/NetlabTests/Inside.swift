import Glibc
import Testing

@testable import Netlab

/// The suites that need a private network run in a second process: this test bundle, started again through
/// ``PrivateNetwork/reexecute(arguments:)`` itself. So they run the same as root and as anybody else.
enum Inside {
    static let bundle = CommandLine.arguments[0]
    static let stepVariable = "TSLAB_TEST_REEXECUTE"

    static func arguments(filter: String) -> [String] {
        [bundle, "--testing-library", "swift-testing", "--filter", filter]
    }
}

@Suite(.serialized) struct Reexecution {
    /// First step, in the ordinary test run. As root also once as nobody, who has only user namespaces.
    @Test(.disabled(if: PrivateNetwork.isInside || getenv(Inside.stepVariable) != nil), arguments: [false, true])
    func suitesInside(asNobody: Bool) throws {
        if asNobody, geteuid() != 0 { return }
        let user = asNobody ? ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"] : []
        let environment = ["env", "\(Inside.stepVariable)=1"]
        let run = Result { () throws(NetlabError) in
            try Command.run(
                "timeout", ["120"] + user + environment + Inside.arguments(filter: "NetlabTests.Reexecution"))
        }
        switch run {
        case .success(let said): #expect(said.contains("NetlabTests ran inside"), "\(said)")
        case .failure(.program(_, let said)): Issue.record("\(said)")
        case .failure(let error): throw error
        }
    }

    /// Second step: become the bundle inside. Returns only by failing.
    @Test(.enabled(if: getenv(Inside.stepVariable) != nil && !PrivateNetwork.isInside))
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
