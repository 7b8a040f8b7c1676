import EventLoop

/// Who may use the admin face.
///
/// A UNIX socket is opened by those whom its mode lets, so that nothing more is asked of them. A TCP port on loopback is
/// open to every user of the machine and, through it, to every page in a browser there: a request must name this machine as its
/// host, since a page of another name may have had its name pointed here (DNS rebinding), and must carry the token. Only
/// `/healthz` is given without the token. On either, a browser's request must come from a page of the face itself.
struct AdminAccess: Sendable {
    /// The token that is asked for; nil on a UNIX socket.
    let token: AdminToken?

    /// - Throws: where the face would be open to everybody on this machine.
    init(address: SocketAddress, token: AdminToken?) throws(AdminAccessError) {
        if case .unix = address {
            self.token = nil
        } else if let token {
            self.token = token
        } else {
            throw AdminAccessError(address)
        }
    }

    /// What a request is answered that may not be served; nil for one that may.
    func refusal(of request: HTTPRequest) -> HTTPResponse? {
        let hosts = request.header("host")
        if token != nil {
            // RFC 9112, 3.2: one Host, neither more nor less; RFC 9110, 15.5.20: 421 where it is another's.
            guard hosts.count == 1, request.uriHost == nil else { return .text(400, "name the host once, in the header Host") }
            guard Self.isThisMachine(hosts[0]) else {
                return .text(421, "this is no host of that name: use 127.0.0.1, [::1] or localhost")
            }
        }
        for origin in request.header("origin") where !hosts.contains(where: { origin == "http://\($0)" || origin == "https://\($0)" }) {
            return .text(403, "a page of another origin may not use the admin face")
        }
        for site in request.header("sec-fetch-site") where site != "same-origin" && site != "none" {
            return .text(403, "a page of another site may not use the admin face")
        }
        guard let token, request.path != ["healthz"] else { return nil }
        let given = request.header("authorization")
        guard given.count == 1, token.admits(given[0]) else {
            return .text(401, "give the token of --admin-token as 'Authorization: Bearer TOKEN'")
        }
        return nil
    }

    /// Whether a Host header names the loopback interface, whatever the port.
    private static func isThisMachine(_ host: String) -> Bool {
        var name = host.lowercased()
        if let colon = name.lastIndex(of: ":"), name[name.index(after: colon)...].allSatisfy({ $0.isASCII && $0.isNumber }) {
            name = String(name[..<colon])
        }
        return name == "localhost" || SocketAddress(host: name, port: 0)?.isLoopback == true
    }
}

/// An admin face that would be open to everybody on this machine.
public struct AdminAccessError: Error, CustomStringConvertible {
    public let description: String

    init(_ address: SocketAddress) {
        description =
            "every user and every browser on this machine could use the admin face at \(address): "
            + "say who may with --admin-token FILE, or give a UNIX socket's path"
    }
}
