import Foundation
import Glibc
import Testing

/// Our client, and a server that nobody here wrote.
@Suite(.serialized, .timeLimit(.minutes(2))) struct StockServerTests {
    /// xrdp reads its keys as root or as its own user.
    private static let hasXrdp = access("/usr/sbin/xrdp", X_OK) == 0 && access("/etc/xrdp/rsakeys.ini", R_OK) == 0

    @Test(
        .enabled(if: hasXrdp, "needs xrdp and its keys"),
        arguments: [
            ("tls", "high", "tls"), ("negotiate", "high", "negotiate"), ("rdp", "high", "rdp"), ("rdp", "medium", "rdp"),
            ("rdp", "low", "rdp"), ("rdp", "none", "none"), ("rdp", "high", "negotiate"),
        ])
    func logsOnToXrdp(layer: String, level: String, security: String) throws {
        let port = try Self.freePort()
        let configuration = Scratch.directory.appendingPathComponent("xrdp-\(port).ini")
        try Self.settings(layer, level, port).write(to: configuration, atomically: true, encoding: .utf8)
        let server = try Child("/usr/sbin/xrdp", ["-n", "-c", configuration.path])
        usleep(1_000_000)
        let client = try Child(
            Scratch.program("tsclient"),
            [
                "127.0.0.1:\(port)", "--user", "anna", "--password", "x", "--security", security, "--script",
                "wait 1s; type hi; minimise; wait 1s; restore; wait 1s; disconnect",
            ])
        #expect(eventually(within: 15) { !client.process.isRunning }, "\(client.said)")
        #expect(client.said.contains("the desktop is there"), "\(client.said)\n\(server.said)")
        #expect(client.process.terminationStatus == 0)
    }

    /// Debian's configuration with another port, security and log.
    private static func settings(_ layer: String, _ level: String, _ port: UInt16) throws -> String {
        let log = Scratch.directory.appendingPathComponent("xrdp-\(port).log").path
        let values = [
            "security_layer": layer, "crypt_level": level, "port": "tcp://127.0.0.1:\(port)", "LogFile": log,
            "EnableSyslog": "false",
        ]
        var seen: Set<String> = []
        return try String(contentsOfFile: "/etc/xrdp/xrdp.ini", encoding: .utf8).split(separator: "\n", omittingEmptySubsequences: false)
            .map { line in
                let key = String(line.prefix { $0 != "=" })
                // Only the first of each: sections for other servers have ports too.
                guard let value = values[key], seen.insert(key).inserted else { return String(line) }
                return "\(key)=\(value)"
            }.joined(separator: "\n")
    }

    private static func freePort() throws -> UInt16 {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        defer { close(descriptor) }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let result = withUnsafeMutablePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(descriptor, $0, length) == 0 && getsockname(descriptor, $0, &length) == 0
            }
        }
        try #require(result)
        return UInt16(bigEndian: address.sin_port)
    }
}
