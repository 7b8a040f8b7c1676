import EventLoop
import Glibc

extension Doctor {
    /// Something that can be tried only inside of namespaces.
    struct Trial {
        let name: String
        let neededBy: String
        /// Whether it takes the lab's network, which is the first trial.
        var usesNetwork = true
        var device: String?
        let remedy: String
        /// Throws where it does not work; says what it did.
        let run: (Result<PrivateNetwork, any Error>) throws -> String
    }

    static let tunPath = "/dev/net/tun"
    static let everything = "every experiment of tslab"

    static var trials: [Trial] {
        [
            Trial(
                name: "lab network", neededBy: everything, usesNetwork: false, remedy: "modprobe veth",
                run: {
                    _ = try $0.get(); return "two namespaces and a veth pair, made and configured"
                }),
            Trial(
                name: "nftables named sets", neededBy: "the faults power-off, reboot, freeze and link-cut", usesNetwork: false,
                remedy: "modprobe nf_tables",
                run: { _ in
                    try Blackhole().add([PrivateNetwork.workstations + 1]); return "a set took an address"
                }),
            Trial(
                name: "ends of sockets", neededBy: everything, usesNetwork: false, remedy: "modprobe tcp_diag",
                run: { _ in
                    _ = try DestroyWatch(on: EventLoop()) { _, _ in }
                    return "the kernel tells when a socket ends"
                }),
            Trial(
                name: "packet capture", neededBy: everything, remedy: "see dumpcap above",
                run: {
                    _ = try Capture(in: $0.get(), to: "/dev/null", ringMebibytes: 2).stop(); return "dumpcap captures"
                }),
            Trial(
                name: "TUN interfaces", neededBy: "tslab sweep, tslab line", device: tunPath, remedy: "modprobe tun",
                run: { _ in
                    _ = try TunDevice("tslab9", in: PrivateNetwork.Side.server.rawValue)
                    return "one was made"
                }),
        ]
    }

    /// Makes all trials; to call in a process that unshare(1) has just started.
    public static func examineInside() -> [MachineCheck] {
        let network = Result<PrivateNetwork, any Error> { try PrivateNetwork(serverAddresses: 1) }
        return trials.map { trial in
            if trial.usesNetwork, case .failure = network { return trial.untried(for: "the lab network") }
            if let device = trial.device, access(device, R_OK | W_OK) != 0 { return trial.untried(for: device) }
            return MachineCheck(trial.name, neededBy: trial.neededBy, remedies: { _ in [trial.remedy] }) { try trial.run(network) }
        }
    }
}

extension Doctor.Trial {
    func untried(for missing: String) -> MachineCheck {
        MachineCheck(name, .unknown, "not tried without \(missing)", neededBy: neededBy)
    }
}
