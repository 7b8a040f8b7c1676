import CLinux
import FoundationEssentials
import Ghosts
import Glibc

/// Whether questions may go out now: a tool that finds ghosts must not place the calls that a line is dialled for.
final class WayOut {
    private enum Kind {
        case interface(String)
        case line(path: String)
    }

    private let kind: Kind
    private let view: NamespaceView
    private var descriptor: Int32 = -1
    private var partial: [UInt8] = []
    private var lineIsUp = false
    /// The longest line that is taken from a control socket.
    private static let longestLine = 64 * 1024

    /// - Parameter text: an interface's name, or the path of the control socket of `tslab line`.
    init(_ text: String, _ view: NamespaceView) {
        kind = text.contains("/") ? .line(path: text) : .interface(text)
        self.view = view
    }

    deinit {
        if descriptor >= 0 { close(descriptor) }
    }

    var isUp: Bool {
        switch kind {
        case .interface(let name): return linux_interface_is_running(view.channel.descriptor, name) == 1
        case .line(let path):
            if descriptor < 0 { connect(path) }
            read()
            return descriptor >= 0 && lineIsUp
        }
    }

    private func connect(_ path: String) {
        let made = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        guard made >= 0, UnixAddress.with(path, { Glibc.connect(made, $0, $1) }) == 0 else {
            if made >= 0 { close(made) }
            return
        }
        descriptor = made
        // It says how the line is at once; a short wait spares the first question the wrong answer.
        var waiting = pollfd(fd: made, events: Int16(POLLIN), revents: 0)
        poll(&waiting, 1, 500)
    }

    private func read() {
        guard descriptor >= 0 else { return }
        var chunk = [UInt8](repeating: 0, count: 4096)
        while true {
            let count = recv(descriptor, &chunk, chunk.count, Int32(MSG_DONTWAIT))
            if count < 0, errno == EAGAIN || errno == EINTR { return }
            guard count > 0, partial.count + count <= Self.longestLine else {
                close(descriptor)
                (descriptor, partial, lineIsUp) = (-1, [], false)
                return
            }
            partial += chunk[..<count]
            while let end = partial.firstIndex(of: UInt8(ascii: "\n")) {
                hear(partial[..<end])
                partial.removeFirst(end + 1)
            }
        }
    }

    /// `{"state":"up","t":81234567890}`.
    private func hear(_ line: ArraySlice<UInt8>) {
        struct Notice: Decodable { let state: String? }
        guard let state = (try? JSONDecoder().decode(Notice.self, from: Data(line)))?.state else { return }
        lineIsUp = state == "up"
    }
}
