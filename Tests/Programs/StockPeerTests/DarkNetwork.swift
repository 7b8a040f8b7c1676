import Foundation

/// A network namespace with nothing but loopback, where clients go dark by their port: nftables drops all they send and
/// all that is sent to them, as a power cut or a cut line does.
final class DarkNetwork {
    private let holder: Child

    init() throws {
        holder = try Child("unshare", ["--user", "--map-root-user", "--net", "sleep", "600"])
        let link = "/proc/\(holder.process.processIdentifier)/ns/net"
        let own = try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/ns/net")
        guard eventually(within: 5, { ((try? FileManager.default.destinationOfSymbolicLink(atPath: link)) ?? own) != own }) else {
            throw Screen.Failed(description: "no network namespace: \(holder.said)")
        }
        try run(["ip", "link", "set", "lo", "up"])
        try run([
            "nft",
            """
            table inet stock {
            set dark { type inet_service; }
            chain input {
            type filter hook input priority 0
            tcp sport @dark drop
            tcp dport @dark drop
            }
            }
            """,
        ])
        guard try run(["nft", "list", "ruleset"]).contains("dport @dark drop") else {
            throw Screen.Failed(description: "nft does not take the rules")
        }
    }

    /// Whether this machine lets its users have namespaces.
    static let isPossible =
        (try? String(
            decoding: Child.output("unshare", ["--user", "--map-root-user", "--net", "echo", "yes"]), as: UTF8.self)) == "yes\n"

    /// What a command is preceded by to run inside; its process is then the command's own.
    var entering: [String] {
        ["nsenter", "--target", "\(holder.process.processIdentifier)", "--user", "--net", "--preserve-credentials"]
    }

    func setDark(_ isDark: Bool, port: Substring) throws {
        try run(["nft", "\(isDark ? "add" : "delete") element inet stock dark { \(port) }"])
    }

    /// The kernel forgets what it had of a port's connection, as a machine does that is switched off.
    func forget(port: Substring) throws { try run(["ss", "-K", "-tan", "sport", "=", ":\(port)"]) }

    @discardableResult
    private func run(_ command: [String]) throws -> String {
        let all = entering + command
        return String(decoding: try Child.output(all[0], Array(all.dropFirst())), as: UTF8.self)
    }
}
