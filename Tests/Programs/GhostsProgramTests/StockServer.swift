import Foundation
import Glibc
import Netlab
import NetlabTestSupport
import ProgramTestSupport
import TemporaryTestSupport
import Testing

/// A server that nobody here wrote, in the server's namespace and as little given to ending idle connections as it can be told.
final class StockServer {
    enum Kind: CaseIterable {
        case redis, sshd, nginx, postgresql, xrdp
    }

    let port: UInt16
    private let program: RunningProgram
    private let directory: URL

    init(_ kind: Kind) throws {
        _ = try Laboratory.network()
        directory = try Temporary.directory()
        let place = directory.path
        chmod(place, 0o755)
        var line: [String]
        switch kind {
        case .redis:
            port = 6379
            line = ["redis-server", "--bind", "0.0.0.0", "--protected-mode", "no", "--port", "6379", "--save", "", "--dir", place]
            line += ["--tcp-keepalive", "0"]
        case .sshd:
            port = 22
            mkdir("/run/sshd", 0o755)
            try Command.run("ssh-keygen", ["-q", "-t", "ed25519", "-N", "", "-f", "\(place)/key"])
            line = ["/usr/sbin/sshd", "-D", "-f", "/dev/null", "-h", "\(place)/key", "-o", "UsePAM=no", "-o", "LoginGraceTime=0"]
            line += ["-o", "TCPKeepAlive=no", "-o", "MaxStartups=1000"]
        case .nginx:
            port = 80
            let configuration = """
                daemon off; worker_processes 1; user root; pid \(place)/pid; error_log stderr;
                events { worker_connections 4096; }
                http { access_log off; client_header_timeout 600s; server { listen 80; root \(place); } }
                """
            try configuration.write(toFile: "\(place)/nginx.conf", atomically: true, encoding: .utf8)
            line = ["nginx", "-c", "\(place)/nginx.conf", "-p", place]
        case .postgresql:
            port = 5432
            let user = ["setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups"]
            let programs = try #require(
                FileManager.default.contentsOfDirectory(atPath: "/usr/lib/postgresql").sorted().last.map { "/usr/lib/postgresql/\($0)/bin" }
            )
            try Command.run("chown", ["postgres", place])
            try Command.run(user[0], Array(user.dropFirst()) + ["\(programs)/initdb", "-D", "\(place)/data", "-A", "trust", "-N"])
            line = user + ["\(programs)/postgres", "-D", "\(place)/data", "-h", "0.0.0.0", "-k", place]
            line += ["-c", "authentication_timeout=600", "-c", "fsync=off"]
        case .xrdp:
            port = 3389
            let shipped = try String(contentsOfFile: "/etc/xrdp/xrdp.ini", encoding: .utf8)
            let configuration = shipped.split(separator: "\n", omittingEmptySubsequences: false).map { line in
                line.hasPrefix("LogFile=") ? "LogFile=\(place)/log" : line.hasPrefix("EnableSyslog=") ? "EnableSyslog=false" : String(line)
            }
            try configuration.joined(separator: "\n").write(toFile: "\(place)/xrdp.ini", atomically: true, encoding: .utf8)
            line = ["xrdp", "--nodaemon", "--config", "\(place)/xrdp.ini"]
        }
        program = try Laboratory.program(line[0], Array(line.dropFirst()))
        let (port, program) = (port, program)
        do {
            try eventually("\(kind) listens") {
                try #require(program.isRunning, "\(program.errors)")
                let (ss, arguments) = try Laboratory.network().command(in: .server, "ss", ["-Htnl", "sport", "=", ":\(port)"])
                return try !Command.run(ss, arguments).isEmpty
            }
        } catch {
            throw Unexpected("\(error): \(program.output)\(program.errors)")
        }
    }

    deinit {
        // Its children end with it; killed outright, postgres leaves them behind.
        program.signal(SIGTERM)
        _ = try? program.wait(within: .seconds(5))
        try? FileManager.default.removeItem(at: directory)
    }

    var isRunning: Bool { program.isRunning }
    /// Of ip(8), which becomes the server.
    var identifier: Int32 { program.identifier }
}
