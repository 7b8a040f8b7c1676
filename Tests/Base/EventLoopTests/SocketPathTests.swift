import EventLoop
import Foundation
import LoopTestSupport
import Synchronization
import Testing

/// Of all that may be at a path only a socket that nobody listens at any more is taken away.
@Suite struct SocketPathTests {
    private func listener(at path: String, _ loop: EventLoop) throws -> Listener {
        try Listener(on: loop, address: .unix(path: path), backlogLimit: 1) { _ in nil }
    }

    /// Binds a socket that is gone when this returns.
    private func leaveSocketBehind(at path: String, kind: __socket_type = SOCK_STREAM, listens: Bool = false) -> Int32 {
        let left = socket(AF_UNIX, Int32(kind.rawValue), 0)
        #expect(withAddress(of: path) { bind(left, $0, $1) } == 0)
        if listens { #expect(listen(left, 0) == 0) }
        return left
    }

    private func withAddress(of path: String, _ body: (UnsafePointer<sockaddr>, socklen_t) -> Int32) -> Int32 {
        var name = sockaddr_un()
        name.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &name.sun_path) { $0.copyBytes(from: path.utf8) }
        return withUnsafePointer(to: &name) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { body($0, socklen_t(MemoryLayout<sockaddr_un>.size)) }
        }
    }

    private func inode(_ path: String) -> ino_t? {
        var status = stat()
        return lstat(path, &status) == 0 ? status.st_ino : nil
    }

    @Test(arguments: ["file", "directory", "link to a file", "link to a dead socket", "link to nothing", "FIFO", "datagram socket"])
    func whatIsNoDeadServersSocketStays(what: String) throws {
        let path = freshPath()
        let other = freshPath()
        defer { for made in [path, other] { try? FileManager.default.removeItem(atPath: made) } }
        var opened: Int32 = -1
        switch what {
        case "file": try Data("anna:secret\n".utf8).write(to: URL(fileURLWithPath: path))
        case "directory": #expect(mkdir(path, 0o700) == 0)
        case "link to a file":
            try Data("anna:secret\n".utf8).write(to: URL(fileURLWithPath: other))
            #expect(symlink(other, path) == 0)
        case "link to a dead socket":
            close(leaveSocketBehind(at: other))
            #expect(symlink(other, path) == 0)
        case "link to nothing": #expect(symlink(other, path) == 0)
        case "FIFO": #expect(mkfifo(path, 0o600) == 0)
        default: opened = leaveSocketBehind(at: path, kind: SOCK_DGRAM)
        }
        defer { close(opened) }
        let before = (inode(path), inode(other))
        let loop = try EventLoop()
        let errors = [
            #expect(throws: EventLoopError.self) { try self.listener(at: path, loop) },
            #expect(throws: EventLoopError.self) { try HTTPServer(on: loop, address: .unix(path: path)) { _ in .text(200, "") } },
        ]
        for error in errors {
            let said = try #require(error?.description)
            #expect(said.hasPrefix("cannot listen on unix:\(path): it is a") && said.hasSuffix("untouched: give another path"), "\(said)")
        }
        #expect(inode(path) == before.0 && inode(other) == before.1 && before.0 != nil)
    }

    @Test func aDeadServersSocketIsTakenOverAndTakenAwayAtTheEnd() throws {
        let path = freshPath()
        close(leaveSocketBehind(at: path, listens: true))
        let loop = try EventLoop()
        let listener = try listener(at: path, loop)
        let recorder = Recorder()
        _ = try Stream.connect(to: .unix(path: path), backlogLimit: 1, on: loop, handler: recorder)
        #expect(loop.run { recorder.closes.count == 1 })
        listener.close()
        #expect(inode(path) == nil)
    }

    @Test func aSocketThatIsServedStays() throws {
        let path = freshPath()
        let loop = try EventLoop()
        let first = try listener(at: path, loop)
        #expect(throws: EventLoopError("listen on unix:\(path)", errno: EADDRINUSE)) { try listener(at: path, loop) }
        #expect(inode(path) != nil)
        first.close()
    }

    /// Its queue is full, so that it does not accept the question either.
    @Test func aServerThatIsBusyIsNoDeadOne() throws {
        let path = freshPath()
        let busy = leaveSocketBehind(at: path, listens: true)
        defer {
            close(busy)
            unlink(path)
        }
        let loop = try EventLoop()
        let waiting = Recorder()
        while (try? Stream.connect(to: .unix(path: path), backlogLimit: 1, on: loop, handler: waiting)) != nil {}
        #expect(throws: EventLoopError("listen on unix:\(path)", errno: EADDRINUSE)) { try listener(at: path, loop) }
        #expect(inode(path) != nil)
    }

    /// As when a folder was cleaned, and another server started before this one stopped.
    @Test(arguments: ["socket", "file"]) func whatCameInItsPlaceStays(what: String) throws {
        let path = freshPath()
        defer { unlink(path) }
        let loop = try EventLoop()
        for isHTTP in [false, true] {
            var server: HTTPServer? = isHTTP ? try HTTPServer(on: loop, address: .unix(path: path)) { _ in .text(200, "") } : nil
            let first = isHTTP ? nil : try listener(at: path, loop)
            unlink(path)
            let second = what == "socket" ? try listener(at: path, loop) : nil
            if second == nil { try Data("a letter".utf8).write(to: URL(fileURLWithPath: path)) }
            let there = inode(path)
            first?.close()
            #expect(server != nil || !isHTTP)
            server = nil
            #expect(inode(path) == there && there != nil)
            second?.close()
            unlink(path)
        }
    }

    /// Whoever starts in the same moment: one has the path, and it is that one's.
    @Test func ofManyWhoWantADeadSocketsPathOneHasIt() async throws {
        for _ in 0..<20 {
            let path = freshPath()
            close(leaveSocketBehind(at: path))
            let served = await withTaskGroup(of: ListenerBox?.self) { group in
                for _ in 0..<8 { group.addTask { ListenerBox(path) } }
                return await group.reduce(into: []) { if let box = $1 { $0.append(box) } }
            }
            #expect(served.count == 1)
            let probe = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
            #expect(withAddress(of: path) { connect(probe, $0, $1) } == 0, "the path leads to the one that has it")
            close(probe)
            unlink(path)
        }
    }

    /// A loop and a listener on it that nobody runs.
    private final class ListenerBox: @unchecked Sendable {
        // Sendable: used by one task after another.
        private let listener: Listener

        init?(_ path: String) {
            guard let loop = try? EventLoop(),
                let listener = try? Listener(on: loop, address: .unix(path: path), backlogLimit: 1, accept: { _ in nil })
            else { return nil }
            self.listener = listener
        }
    }
}
