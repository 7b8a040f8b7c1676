import Glibc
import Netlab

/// Suites that need a private network run in a second process: the test bundle, started again through
/// ``PrivateNetwork/reexecute(arguments:)`` itself. So they run the same as root and as anybody else.
public enum Inside {
    private static let stepVariable = "TSLAB_TEST_REEXECUTE"

    /// The ordinary test run.
    public static var isFirstStep: Bool { !PrivateNetwork.isInside && getenv(stepVariable) == nil }
    /// The process that is to become one inside.
    public static var isSecondStep: Bool { !PrivateNetwork.isInside && getenv(stepVariable) != nil }

    /// A command line of this test bundle, its name first.
    public static func arguments(filter: String) -> [String] {
        [CommandLine.arguments[0], "--testing-library", "swift-testing", "--filter", filter]
    }

    /// The command line that takes the second step.
    public static func command(filter: String) -> [String] {
        ["env", "\(stepVariable)=1"] + arguments(filter: filter)
    }

    /// Runs the test that takes the second step, and what it becomes; gives back what that printed.
    public static func output(of filter: String, asNobody: Bool = false) throws -> String {
        let user = asNobody ? ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"] : []
        do throws(NetlabError) {
            return try Command.run(
                "timeout", ["600"] + user + command(filter: filter))
        } catch {
            throw Failed(description: "\(error.said)")
        }
    }

    /// The tests inside failed; all they printed.
    public struct Failed: Error, CustomStringConvertible { public let description: String }
}

extension NetlabError {
    fileprivate var said: String {
        if case .program(_, let message) = self { message } else { description }
    }
}
