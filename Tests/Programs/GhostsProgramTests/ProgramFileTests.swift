import Addresses
import Foundation
import Glibc
import Netlab
import NetlabTestSupport
import ProgramTestSupport
import TemporaryTestSupport
import Testing

/// It is meant to be copied to a host in trouble. With `--static-swift-stdlib` what is Swift's own is inside the file; what is left
/// must be glibc's, or come with every C++ compiler's runtime.
@Suite(.enabled(if: Inside.isFirstStep)) struct ProgramFileTests {
    @Test func itNeedsNoLibraryButSwiftsAndGlibcs() throws {
        let dynamic = try Command.run("readelf", ["--dynamic", "--wide", Programs.path("tsghosts")])
        let needed = dynamic.split(separator: "\n").filter { $0.contains("(NEEDED)") }.compactMap { line in
            line.split(separator: "[").last?.split(separator: "]").first.map(String.init)
        }
        #expect(needed.contains("libc.so.6"))
        let swift = ["libswift", "lib_Foundation", "libFoundation", "libdispatch", "libBlocksRuntime", "libTesting"]
        let system = ["libc.so", "libm.so", "ld-linux", "libgcc_s.so", "libstdc++.so", "libpthread.so", "libdl.so"]
        for library in needed { #expect((swift + system).contains { library.hasPrefix($0) }, "\(library)") }
    }

    @Test func wrongCommandLinesAreRefused() throws {
        for arguments in [
            ["--port", "x"], ["list", "--peer", "nowhere"], ["ask", "--questions", "1"], ["set"], ["set", "heartbeat"], ["guard"],
            ["set", "tcp-keepalive", "--restore", "x"], ["list", "--silent", "10"], ["ask", "--rate", "0"],
        ] {
            let outcome = try Programs.run("tsghosts", arguments)
            #expect(outcome.code == 64 && !outcome.errors.isEmpty, "\(arguments): \(outcome.code)")
        }
        let outcome = try Programs.run("tsghosts", ["--netns", "/nowhere"])
        #expect(outcome.code == 1 && outcome.errors == "tsghosts: there is no network namespace at /nowhere\n", "\(outcome.errors)")
        let undo = try Programs.run("tsghosts", ["set", "--restore", "/nowhere"])
        #expect(undo.code == 1 && undo.errors == "tsghosts: cannot read /nowhere\n", "\(undo.errors)")
    }

    /// A guard runs as root, and a slip of the hand must not cost a file.
    @Test func metricsTakeNoFileAway() throws {
        let directory = try Temporary.directory()
        defer { try? FileManager.default.removeItem(at: directory) }
        let file = directory.appendingPathComponent("file").path
        try Data("kept".utf8).write(to: URL(fileURLWithPath: file))
        let outcome = try Programs.run("tsghosts", ["guard", "--silent", "10m", "--port", "1", "--metrics", file])
        #expect(outcome.code == 1 && outcome.errors.contains("stays untouched"), "\(outcome.code): \(outcome.errors)")
        #expect(try String(contentsOfFile: file, encoding: .utf8) == "kept")
    }

    /// Nor the socket of somebody who listens; one that nobody listens at any more it does.
    @Test func metricsTakeNoLiveSocketAway() throws {
        let path = Temporary.path(".sock")
        defer { unlink(path) }
        let listener = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
        let isBound = SocketAddress.unix(path: path).withSystemAddress { bind(listener, $0, $1) } == 0
        try #require(isBound && listen(listener, 1) == 0)
        let outcome = try Programs.run("tsghosts", ["guard", "--silent", "10m", "--port", "1", "--metrics", path])
        #expect(outcome.code == 1 && outcome.errors.contains("somebody listens there"), "\(outcome.code): \(outcome.errors)")
        let client = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
        defer { close(client) }
        #expect(SocketAddress.unix(path: path).withSystemAddress { connect(client, $0, $1) } == 0)
        close(listener)
    }

    @Test func helpFitsATerminal() throws {
        for command in [[], ["list"], ["ask"], ["end"], ["set"], ["guard"]] {
            let help = try Programs.run("tsghosts", command + ["--help"]).output
            for line in help.split(separator: "\n") { #expect(line.count <= 80, "\(line)") }
        }
    }
}

extension InNetwork {
    /// docs/tsghosts.schema.json by a validator that is not ours.
    @Test func jsonIsAsItsSchemaSays() throws {
        let server = try StockServer(.redis)
        let owned = try OwnServer(port: 7300, clients: 3)
        owned.accepted[0].keepAlive(idle: 5, interval: 5, count: 5)
        let clients = try [11, 12].map { try Laboratory.connected(from: $0, port: server.port) }
        let schema =
            URL(fileURLWithPath: #filePath).pathComponents.dropLast(4).joined(separator: "/").dropFirst() + "/docs/tsghosts.schema.json"
        let script = "import json,jsonschema,sys; jsonschema.validate(json.load(sys.stdin), json.load(open('\(schema)')))"
        for (arguments, asNobody) in [(["list"], false), (["list"], true), (["ask"], false), (["ask"], true)] {
            let outcome = try Laboratory.ghosts(arguments + ["--json"], asNobody: asNobody)
            #expect(try Laboratory.connections(outcome).count == 5)
            try Command.run("python3", ["-c", script], input: outcome.output)
        }
        withExtendedLifetime(clients) {}
    }
}
