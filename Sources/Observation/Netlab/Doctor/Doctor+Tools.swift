import Glibc

extension Doctor {
    /// Programs that the lab runs, and those that only tests and curious people run, with the Debian package that has them.
    private static let programs: [(names: [String], package: String, neededBy: String, isRequired: Bool)] = [
        (["ip"], "iproute2", everything, true),
        (["unshare"], "util-linux", everything, true),
        (["dumpcap"], "wireshark-common", everything, true),
        (["nft"], "nftables", "looking at the lab's firewall by hand", false),
        (["tshark"], "tshark", "reading wire.pcapng; the test suite", false),
        (["chromium", "chromium-browser", "google-chrome", "firefox"], "chromium", "looking at report.html; the test suite", false),
        (["xfreerdp", "xfreerdp3"], "freerdp2-x11", "a stock client's view; the test suite", false),
        (["curl"], "curl", "asking tsserver's admin face by hand", false),
    ]

    static func tools() -> [MachineCheck] {
        programs.map { names, package, neededBy, isRequired in
            let path = names.lazy.compactMap(Command.find).first
            // Debian lets only its group run dumpcap where the administrator chose so.
            let isForbidden = path == nil && names[0] == "dumpcap" && access("/usr/bin/dumpcap", F_OK) == 0
            return MachineCheck(
                names[0], path == nil ? .missing : .ok, path ?? (isForbidden ? "this user may not run it" : "not found on PATH"),
                required: isRequired, neededBy: neededBy,
                remedies: [
                    isForbidden ? "usermod -aG wireshark USER, and log in again; or run tslab as root" : "apt-get install \(package)"
                ])
        }
    }

    static func file(_ path: String, neededBy: String, remedy: String) -> MachineCheck {
        let isThere = access(path, R_OK) == 0
        return MachineCheck(
            String(path.split(separator: "/").last ?? ""), isThere ? .ok : .missing, isThere ? path : "no \(path)", neededBy: neededBy,
            remedies: [remedy])
    }
}
