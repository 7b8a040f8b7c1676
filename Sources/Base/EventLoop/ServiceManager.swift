import CLibevent
import Glibc

/// What this process tells the service manager that started it (sd_notify(3)); nothing where none did.
public enum ServiceManager {
    public enum Notice: String {
        /// It serves. Whoever starts something after it may now do so.
        case ready = "READY=1"
        case stopping = "STOPPING=1"
    }

    /// Sends one datagram to the socket that NOTIFY_SOCKET names: a path, or an abstract name where it begins with `@`
    /// (unix(7)).
    public static func tell(_ notice: Notice) {
        guard let name = getenv("NOTIFY_SOCKET").map({ String(cString: $0) }), let first = name.utf8.first else { return }
        var bytes = [UInt8](name.utf8)
        if first == UInt8(ascii: "@") { bytes[0] = 0 }
        var address = sockaddr_un()
        guard bytes.count < MemoryLayout.size(ofValue: address.sun_path) else { return }
        address.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: bytes) }
        let length = MemoryLayout<sockaddr_un>.offset(of: \.sun_path)! + bytes.count
        let descriptor = socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        guard descriptor >= 0 else { return }
        defer { close(descriptor) }
        let text = [UInt8](notice.rawValue.utf8)
        _ = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                sendto(descriptor, text, text.count, Int32(MSG_DONTWAIT | Int(MSG_NOSIGNAL)), $0, socklen_t(length))
            }
        }
    }
}
