import Glibc
import Netlab
import Testing

/// Runs this test bundle again in namespaces of its own, where the suites that need them are enabled: the same as root
/// and as anybody else.
@Suite struct InsideNamespaces {
    @Test(.disabled(if: PrivateNetwork.isInside), .timeLimit(.minutes(3)))
    func everythingThatNeedsThem() throws {
        var path = [CChar](repeating: 0, count: Int(PATH_MAX) + 1)
        _ = readlink("/proc/self/exe", &path, Int(PATH_MAX))
        let options = geteuid() == 0 ? "-nmpf" : "-Urnmpf"
        let arguments = ["unshare", options, "--mount-proc", "--kill-child", "--", String(cString: path)] + CommandLine.arguments.dropFirst()
        print("INSIDE", arguments)
    }
}
