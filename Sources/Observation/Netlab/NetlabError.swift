import Glibc
import SocketDiag

/// What the laboratory's network could not do, with the way out.
public enum NetlabError: Error, Equatable, CustomStringConvertible {
    /// The kernel wants CAP_NET_ADMIN or CAP_SYS_ADMIN in the namespace at hand (capabilities(7)). `action` reads after
    /// "cannot".
    case notPermitted(action: String)
    /// A system call failed. `action` reads after "cannot".
    case system(action: String, errno: Int32)
    /// libnftables refused a command; `message` is its own.
    case firewall(action: String, message: String)
    /// A program could not be started, or it ended otherwise than well; `message` is what it said.
    case program(command: String, message: String)
    /// This user may not make namespaces here; `message` is what unshare(1) said.
    case namespacesRefused(message: String)
    /// The named network namespace is not there.
    case noSuchNamespace(String)
    /// /dev/net/tun cannot be opened, or the kernel has nothing behind it.
    case noTun(errno: Int32)
    /// More server addresses than ``PrivateNetwork/mostServerAddresses``, or fewer than one.
    case badServerAddressCount(Int)

    public var description: String {
        switch self {
        case .notPermitted, .firewall, .program, .namespacesRefused, .noTun: "\(reason) ('tslab doctor' says what this machine lacks)"
        case .system, .noSuchNamespace, .badServerAddressCount: reason
        }
    }

    /// ``description`` without the pointer to the doctor.
    var reason: String {
        switch self {
        case .notPermitted(let action):
            "cannot \(action): not permitted; run it in tslab's namespaces or with CAP_NET_ADMIN"
        case .system(let action, let code):
            "cannot \(action): \(String(cString: strerror(code)))"
        case .firewall(let action, let message):
            "cannot \(action): nftables says: \(Self.oneLine(message)); check that the kernel has nf_tables"
        case .program(let command, let message):
            "\(command): \(Self.oneLine(message)); check that it is installed and runs by hand"
        case .namespacesRefused(let message):
            "user namespaces are refused here (\(Self.oneLine(message))); run as root, or in a container that allows "
                + "them (podman run --privileged, docker run --privileged)"
        case .noSuchNamespace(let name):
            "there is no network namespace \(name) in \(NetworkNamespace.directory); make it with ip netns add \(name)"
        case .noTun(let code):
            "cannot open /dev/net/tun: \(String(cString: strerror(code))); "
                + (code == EACCES || code == EPERM
                    ? "let this user read and write it (chmod 0666 /dev/net/tun, as udev does)"
                    : "load the kernel's module (modprobe tun), or give it to the container (--device /dev/net/tun)")
        case .badServerAddressCount(let count):
            "\(count) server addresses asked for: ask for 1 to \(PrivateNetwork.mostServerAddresses)"
        }
    }

    /// What the kernel's answers on sockets and namespaces come to here.
    init(_ error: SocketDiagError) {
        switch error {
        case .notPermitted(let action, _): self = .notPermitted(action: action)
        case .system(let action, let code): self = .system(action: action, errno: code)
        case .noSuchNamespace(let path): self = .noSuchNamespace(path)
        }
    }

    /// The error for `errno`, told apart so that a missing privilege names its way out.
    static func from(errno code: Int32, _ action: String) -> NetlabError {
        code == EPERM || code == EACCES ? .notPermitted(action: action) : .system(action: action, errno: code)
    }

    /// Tools quote the failing command over several lines; a log line has one.
    static func oneLine(_ text: String) -> String {
        let lines = text.split(whereSeparator: \.isNewline).map { $0.trimmingSpaces }.filter { !$0.isEmpty }
        let joined = lines.prefix(3).joined(separator: " / ")
        return joined.isEmpty ? "no reason given" : String(joined.prefix(300))
    }
}

extension Substring {
    fileprivate var trimmingSpaces: Substring {
        var text = self
        while text.first?.isWhitespace == true { text.removeFirst() }
        while text.last?.isWhitespace == true { text.removeLast() }
        return text
    }
}
