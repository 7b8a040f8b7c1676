import Testing

@testable import Netlab

/// What a machine is told that this one cannot be made into: Ubuntu's AppArmor, Debian's switch, containers.
@Suite struct DoctorTests {
    private func remedies(_ settings: [String: String], isRoot: Bool = false, isContainer: Bool = false) -> [String] {
        Doctor(settings: KernelSettings { settings[$0] }, isRoot: isRoot, isContainer: isContainer).namespaceRemedies()
    }

    @Test func everySettingThatForbidsNamespacesIsNamed() {
        let all = [
            "user.max_user_namespaces": "0", "user.max_net_namespaces": "0", "kernel.unprivileged_userns_clone": "0",
            "kernel.apparmor_restrict_unprivileged_userns": "1",
        ]
        #expect(
            remedies(all).dropLast() == [
                "sysctl -w user.max_user_namespaces=15000", "sysctl -w user.max_net_namespaces=15000",
                "sysctl -w kernel.unprivileged_userns_clone=1", "sysctl -w kernel.apparmor_restrict_unprivileged_userns=0",
            ])
        // The last two do not bind root.
        #expect(remedies(all, isRoot: true).filter { $0.contains("kernel.") }.isEmpty)
    }

    @Test func whatAllowsThemIsNotNamed() {
        let open = [
            "user.max_user_namespaces": "63414", "kernel.unprivileged_userns_clone": "1",
            "kernel.apparmor_restrict_unprivileged_userns": "0",
        ]
        #expect(remedies(open) == ["run tslab as root", "or in a container: docker run --privileged"])
        // The options with which scripts/test-containers runs the lab in a container.
        let options = ["--cap-add SYS_ADMIN", "--cap-add NET_ADMIN", "seccomp=unconfined", "systempaths=unconfined"]
        let said = remedies(open, isContainer: true).joined()
        #expect(options.allSatisfy(said.contains))
    }

    @Test func onlyWhatIsRequiredCounts() {
        let extra = MachineCheck(
            "nft", .missing, "not found on PATH", required: false, neededBy: "looking", remedies: ["apt-get install nftables"])
        let needed = MachineCheck("ip", .ok, "/usr/sbin/ip", neededBy: "all")
        let untried = MachineCheck("lab network", .unknown, "not tried", neededBy: "all")
        let ready = MachineReport(version: "1.2.3", checks: [needed, extra])
        #expect(ready.isReady)
        #expect(
            ready.text == """
                OK       ip   /usr/sbin/ip
                MISSING  nft  not found on PATH (optional)
                           needed by: looking
                           remedy: apt-get install nftables

                This machine can run the lab.
                """)
        let lacking = MachineReport(version: "1.2.3", checks: [needed, untried])
        #expect(!lacking.isReady)
        #expect(lacking.text.hasSuffix("This machine cannot run all of the lab yet: lab network."))
    }
}
