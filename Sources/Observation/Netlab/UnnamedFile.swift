import CLinux
import Glibc

/// A file in memory without a name in any directory, gone with its descriptor.
final class UnnamedFile {
    let descriptor: Int32

    /// Its reader, a child process, starts at the beginning.
    init(containing text: String = "") throws(NetlabError) {
        descriptor = linux_open_memory_file("tslab")
        guard descriptor >= 0 else { throw NetlabError.from(errno: errno, "make a file in memory") }
        var bytes = Array(text.utf8)[...]
        while !bytes.isEmpty {
            let count = bytes.withUnsafeBytes { write(descriptor, $0.baseAddress, $0.count) }
            guard count > 0 else { throw NetlabError.from(errno: errno, "write a file in memory") }
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
