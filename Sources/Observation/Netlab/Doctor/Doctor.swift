import EventLoop
import Foundation
import Glibc

/// Looks whether this machine has what the lab needs, by trying it where that can be tried.
///
/// What needs namespaces is tried inside some, by this program started again there: ``examineInside()``.
public struct Doctor {
    /// Descriptors that a program of the lab needs: the standard reproduction has 1,000 clients on one server.
    static let fewestDescriptors = 4_096
    /// The kernel's own value of `net.core.wmem_max`: what nftables' largest command of a ``Blackhole`` fits.
    static let smallestSendBuffer = 212_992
    /// The port of IPX in UDP, RFC 1234.
    static let ipxPort = 213

    private let settings: KernelSettings
    private let isRoot: Bool
    private let isContainer: Bool

    public init() { self.init(settings: .running, isRoot: geteuid() == 0, isContainer: Self.runsInContainer) }

    init(settings: KernelSettings, isRoot: Bool, isContainer: Bool) {
        self.settings = settings
        self.isRoot = isRoot
        self.isContainer = isContainer
    }

    /// All checks.
    ///
    /// - Parameters:
    ///   - arguments: those with which this program prints what ``examineInside()`` found, as JSON.
    ///   - files: what else the lab reads or runs.
    public func examine(inside arguments: [String], files: [(path: String, neededBy: String, remedy: String)]) -> [MachineCheck] {
        let (namespaces, options) = namespaces()
        let tools = Self.tools() + files.map(Self.file) + [tunDevice(), descriptors()]
        return [namespaces] + tools + trials(options, arguments) + limits()
    }

    private func trials(_ options: [String]?, _ arguments: [String]) -> [MachineCheck] {
        guard let options else { return Self.trials.map { $0.untried(for: "namespaces") } }
        do {
            let output = try PrivateNetwork.outputInside(options, arguments)
            return try JSONDecoder().decode([MachineCheck].self, from: Data(output.utf8))
        } catch {
            return Self.trials.map { MachineCheck($0.name, .missing, "\(error)", neededBy: $0.neededBy) }
        }
    }

    private func namespaces() -> (MachineCheck, options: [String]?) {
        let name = "namespaces"
        let users = Self.everything
        do throws(NetlabError) {
            let options = try PrivateNetwork.permittedOptions()
            let how = options.contains("--user") ? "user namespaces work" : "network namespaces work, as root"
            return (MachineCheck(name, .ok, how, neededBy: users), options)
        } catch {
            let said = if case .namespacesRefused(let message) = error { NetlabError.oneLine(message) } else { error.reason }
            return (MachineCheck(name, .missing, said, neededBy: users, remedies: namespaceRemedies()), nil)
        }
    }

    /// Every setting that stands in the way; where none does, what is left.
    func namespaceRemedies() -> [String] {
        guard Command.find("unshare") != nil else { return ["apt-get install util-linux"] }
        let commands = settings.allowingNamespaces(isRoot: isRoot)
        if !commands.isEmpty { return commands + ["to keep a setting: NAME = VALUE in /etc/sysctl.d/60-tslab.conf"] }
        if isContainer {
            return [
                "give docker run (or podman run): --cap-add SYS_ADMIN --cap-add NET_ADMIN --device /dev/net/tun "
                    + "--security-opt seccomp=unconfined --security-opt apparmor=unconfined --security-opt systempaths=unconfined",
                "or give it --privileged, which is more than it needs",
            ]
        }
        return isRoot
            ? ["run it with CAP_SYS_ADMIN, outside of a chroot and of a service's sandbox"]
            : ["run tslab as root", "or in a container: docker run --privileged"]
    }

    private func tunDevice() -> MachineCheck {
        let path = Self.tunPath
        return MachineCheck(path, neededBy: "tslab sweep, tslab line", remedies: Self.tunRemedies) {
            let descriptor = open(path, O_RDWR | O_CLOEXEC)
            guard descriptor >= 0 else { throw SystemError(code: errno) }
            close(descriptor)
            return "can be opened"
        }
    }

    static func tunRemedies(_ error: any Error) -> [String] {
        switch (error as? SystemError)?.code {
        case EACCES, EPERM: ["chmod 0666 /dev/net/tun", "in a container: --device /dev/net/tun"]
        case ENODEV, ENXIO: ["modprobe tun"]
        default: ["modprobe tun", "in a container: --device /dev/net/tun"]
        }
    }

    private func descriptors() -> MachineCheck {
        let most = DescriptorLimit.most
        return MachineCheck(
            "descriptors", most >= Self.fewestDescriptors ? .ok : .missing, "at most \(most) a process", neededBy: "1,000 clients",
            remedies: [
                "as root: prlimit --pid \(getppid()) --nofile=20000",
                "to keep it: '* hard nofile 20000' in /etc/security/limits.d/tslab.conf, and log in again",
                "in a container: --ulimit nofile=20000",
            ])
    }

    private func limits() -> [MachineCheck] {
        var checks: [MachineCheck] = []
        func limit(_ name: String, _ isEnough: (Int) -> Bool, _ wanted: Int, neededBy: String) {
            guard let value = settings.number(name) else { return }
            checks.append(
                MachineCheck(
                    name, isEnough(value) ? .ok : .missing, "\(value)", required: false, neededBy: neededBy,
                    remedies: ["sysctl -w \(name)=\(wanted)"]))
        }
        limit(
            "net.core.wmem_max", { $0 >= Self.smallestSendBuffer }, Self.smallestSendBuffer,
            neededBy: "4,096 workstations that lose power at the same moment")
        limit(
            "net.netfilter.nf_conntrack_max", { $0 >= 65_536 }, 65_536,
            neededBy: "tsload with thousands of clients outside of the lab's namespaces")
        if !isRoot {
            limit(
                "net.ipv4.ip_unprivileged_port_start", { $0 <= Self.ipxPort }, Self.ipxPort,
                neededBy: "tsserver --listen spx://ADDRESS:\(Self.ipxPort), the port of RFC 1234")
        }
        return checks
    }

    private static var runsInContainer: Bool {
        let marks: [String] = ["/.dockerenv", "/run/.containerenv"]
        return marks.contains { access($0, F_OK) == 0 } || getenv("container") != nil
    }
}

/// A system call that failed.
struct SystemError: Error, CustomStringConvertible {
    let code: Int32
    var description: String { String(cString: strerror(code)) }
}
