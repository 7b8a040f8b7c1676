import Glibc
import Netlab
import NetlabTestSupport
import Testing

/// The suites over a line, in a process of their own: a private network has one joint.
@Suite(.serialized, .enabled(if: access("/dev/net/tun", R_OK | W_OK) == 0, "there is no /dev/net/tun for this user"))
struct LineReexecution {
    @Test(.enabled(if: Inside.isFirstStep))
    func suitesInside() throws {
        let said = try Inside.output(of: "NetlabTests.LineReexecution")
        #expect(said.contains("a line was built"), "\(said)")
    }

    /// As nobody, with /dev/net/tun as udev makes it: readable and writable by everybody.
    @Test(.enabled(if: Inside.isFirstStep && geteuid() == 0))
    func suitesInsideAsNobody() throws {
        let step = Inside.command(filter: "NetlabTests.LineReexecution").joined(separator: " ")
        let said = try Command.run(
            "unshare",
            [
                "--mount", "sh", "-c",
                "mount -t tmpfs -o mode=0755 tslab /dev/net && mknod -m 0666 /dev/net/tun c 10 200 && "
                    + "HOME=/tmp timeout 120 setpriv --reuid=65534 --regid=65534 --clear-groups \(step) 2>&1",
            ])
        #expect(said.contains("a line was built"), "\(said)")
    }

    @Test(.enabled(if: Inside.isSecondStep))
    func becomeInside() throws {
        try PrivateNetwork.reexecute(arguments: Inside.arguments(filter: "NetlabTests.OverTheLine"))
        Issue.record("not executed")
    }
}
