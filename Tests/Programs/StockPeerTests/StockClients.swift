import Testing

/// A stock client's command line and the server it goes to.
struct StockClient: CustomTestStringConvertible {
    var name: String
    var server: [String] = []
    var program: String
    var options: [String] = []

    var testDescription: String { name }

    /// - Parameters:
    ///   - size: of the desktop, in pixels.
    ///   - network: where the client and the server are; nil for the machine's own.
    func start(
        on screen: Screen, at server: StockServer, as user: String = "anna",
        size: (width: Int, height: Int) = (Screen.width, Screen.height), in network: DarkNetwork? = nil
    ) throws -> Child {
        let target = "127.0.0.1:\(server.port)"
        let command =
            (network?.entering ?? [])
            + (program == "xfreerdp"
                ? ["xfreerdp", "/v:\(target)", "/cert:ignore", "/u:\(user)", "/p:x", "/w:\(size.width)", "/h:\(size.height)"] + options
                : ["rdesktop", "-u", user, "-p", "x", "-g", "\(size.width)x\(size.height)"] + options + [target])
        // rdesktop asks whether the certificate is to be trusted.
        return try Child(
            command[0], Array(command.dropFirst()), display: screen, says: program == "rdesktop" ? "yes\n" : "")
    }

    static let all = [
        StockClient(name: "xfreerdp, its defaults", program: "xfreerdp"),
        StockClient(name: "xfreerdp, TLS", server: ["--security", "tls"], program: "xfreerdp", options: ["/sec:tls"]),
        StockClient(name: "xfreerdp, RDP security", program: "xfreerdp", options: ["/sec:rdp"]),
        StockClient(name: "xfreerdp, RC4 40 bits", program: "xfreerdp", options: ["/sec:rdp", "/encryption-methods:40"]),
        StockClient(name: "xfreerdp, RC4 56 bits", program: "xfreerdp", options: ["/sec:rdp", "/encryption-methods:56"]),
        StockClient(
            name: "xfreerdp, high", server: ["--security", "rdp", "--encryption-level", "high"], program: "xfreerdp"),
        StockClient(
            name: "xfreerdp, low", server: ["--security", "rdp", "--encryption-level", "low"], program: "xfreerdp"),
        StockClient(
            name: "xfreerdp, none", server: ["--security", "rdp", "--encryption-level", "none"], program: "xfreerdp"),
        StockClient(name: "rdesktop, its defaults", program: "rdesktop"),
        StockClient(name: "rdesktop, client-compatible", server: ["--security", "rdp"], program: "rdesktop"),
        StockClient(
            name: "rdesktop, high", server: ["--security", "rdp", "--encryption-level", "high"], program: "rdesktop"),
        StockClient(
            name: "rdesktop, low", server: ["--security", "rdp", "--encryption-level", "low"], program: "rdesktop"),
        StockClient(
            name: "rdesktop, none", server: ["--security", "rdp", "--encryption-level", "none"], program: "rdesktop",
            options: ["-e", "-E"]),
    ]
}
