import Glibc

/// A temporary file without a name, gone with its descriptor.
final class UnnamedFile {
    let descriptor: Int32

    /// Its reader, a child process, starts at the beginning.
    init(containing text: String = "") throws(NetlabError) {
        var name = Array("/tmp/tslab-XXXXXX".utf8CString)
        descriptor = mkstemp(&name)
        guard descriptor >= 0 else { throw NetlabError.from(errno: errno, "make a temporary file in /tmp") }
        _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
        unlink(name)
        var bytes = Array(text.utf8)[...]
        while !bytes.isEmpty {
            let count = bytes.withUnsafeBytes { write(descriptor, $0.baseAddress, $0.count) }
            guard count > 0 else { throw NetlabError.from(errno: errno, "write a temporary file in /tmp") }
            bytes = bytes.dropFirst(count)
        }
        lseek(descriptor, 0, SEEK_SET)
    }

    deinit {
        if descriptor >= 0 { close(descriptor) }
    }

    /// All that was written to it, from the start; its writers' position stays.
    var text: String {
        var bytes = [UInt8]()
        var chunk = [UInt8](repeating: 0, count: 16 * 1024)
        while true {
            let count = pread(descriptor, &chunk, chunk.count, off_t(bytes.count))
            guard count > 0 else { return String(decoding: bytes, as: UTF8.self) }
            bytes += chunk[..<count]
        }
    }
}
