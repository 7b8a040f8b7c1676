import CNftables
import Glibc

/// The addresses that are cut off from the network, both ways: how a thousand workstations lose power at once.
///
/// It is a table of nftables, one a process, in the network namespace that the thread was in when this was made; later
/// calls go to that namespace wherever the thread is then. What a dark address sends is dropped on output, so that not
/// even the RST of a socket closed with SO_LINGER 0 comes out, and what is sent to it is dropped before routing, so
/// that nothing answers.
public final class Blackhole {
    /// The most addresses put in one command, which the kernel takes as a whole or not at all. In a user namespace a
    /// command must fit `net.core.wmem_max` (SO_SNDBUFFORCE is for the first one): 208 KiB as the kernel sets it,
    /// which 8,000 addresses fit and 16,000 do not.
    public static let mostPerCommand = 4_096

    /// The addresses that are dark now, in host byte order.
    public private(set) var addresses: Set<UInt32> = []
    private let context: OpaquePointer
    /// The table, in the family inet. Several load generators share the workstations' namespace, each with its own dark addresses.
    package let table = "tslab-\(getpid())"

    /// Makes the table, with nobody dark; one that an earlier run left is replaced.
    ///
    /// - Throws: ``NetlabError/notPermitted(action:)`` without CAP_NET_ADMIN in the network namespace, or what
    ///   nftables says.
    public init() throws(NetlabError) {
        guard let context = nft_ctx_new(UInt32(NFT_CTX_DEFAULT)) else {
            throw NetlabError.from(errno: errno, "open nftables")
        }
        self.context = context
        nft_ctx_buffer_error(context)
        nft_ctx_buffer_output(context)
        // "add" first: a table that is not there cannot be deleted. The hooks' priorities are nft(8)'s names: -300 is
        // before connection tracking, so that a dark address costs no entry.
        try run(
            """
            add table inet \(table)
            delete table inet \(table)
            table inet \(table) {
              set dark { type ipv4_addr; }
              chain out { type filter hook output priority raw; policy accept; ip saddr @dark drop; }
              chain in { type filter hook prerouting priority raw; policy accept; ip daddr @dark drop; }
            }
            """, to: "make the nftables table inet \(table)")
    }

    deinit {
        try? run("delete table inet \(table)", to: "delete the nftables table inet \(table)")
        nft_ctx_free(context)
    }

    /// Cuts the addresses off, all at the same moment: one command for as many as ``mostPerCommand``. Those that are
    /// dark already stay so.
    ///
    /// - Parameter addresses: IPv4 addresses in host byte order.
    public func add(_ addresses: [UInt32]) throws(NetlabError) {
        try change("add", Set(addresses).subtracting(self.addresses)) { $0.formUnion($1) }
    }

    /// Connects the addresses again. Those that are not dark stay so.
    ///
    /// - Parameter addresses: IPv4 addresses in host byte order.
    public func remove(_ addresses: [UInt32]) throws(NetlabError) {
        try change("delete", Set(addresses).intersection(self.addresses)) { $0.subtract($1) }
    }

    private func change(
        _ verb: String, _ addresses: Set<UInt32>, _ record: (inout Set<UInt32>, ArraySlice<UInt32>) -> Void
    ) throws(NetlabError) {
        let all = Array(addresses)
        for start in stride(from: 0, to: all.count, by: Self.mostPerCommand) {
            let part = all[start..<min(start + Self.mostPerCommand, all.count)]
            var command = "\(verb) element inet \(table) dark {"
            command.reserveCapacity(40 + part.count * 16)
            var separator = " "
            for address in part {
                command += separator
                command += address.dottedQuad
                separator = ","
            }
            command += " }"
            try run(command, to: "\(verb) \(part.count) dark addresses")
            record(&self.addresses, part)
        }
    }

    private func run(_ command: String, to action: String) throws(NetlabError) {
        errno = 0
        guard nft_run_cmd_from_buffer(context, command) == 0 else {
            let code = errno
            let message = nft_ctx_get_error_buffer(context).map { String(cString: $0) } ?? ""
            // libnftables says "Operation not permitted" in words and does not always leave errno as the kernel set it.
            if code == EPERM || message.contains(String(cString: strerror(EPERM))) {
                throw NetlabError.notPermitted(action: action)
            }
            throw NetlabError.firewall(action: action, message: message)
        }
    }
}

extension UInt32 {
    /// An IPv4 address in host byte order, as text.
    var dottedQuad: String { "\(self >> 24).\(self >> 16 & 255).\(self >> 8 & 255).\(self & 255)" }
}
