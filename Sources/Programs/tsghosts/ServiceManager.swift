import Glibc
import Time

/// What systemd is told: one datagram for each word to the socket that NOTIFY_SOCKET names (sd_notify(3)).
struct ServiceManager {
    private let path: String?
    /// How often it must hear that all is well; nil where it does not ask (sd_watchdog_enabled(3)).
    let watchdog: Duration?

    init() {
        func variable(_ name: String) -> String? { getenv(name).map { String(cString: $0) } }
        path = variable("NOTIFY_SOCKET")
        let isForUs = variable("WATCHDOG_PID").map { Int32($0) == getpid() } ?? true
        watchdog = isForUs ? variable("WATCHDOG_USEC").flatMap { Int64($0) }.map { .microseconds($0) } : nil
    }

    /// A manager that does not read is not waited for.
    func say(_ words: String) {
        guard let path else { return }
        let descriptor = socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        guard descriptor >= 0 else { return }
        defer { close(descriptor) }
        _ = UnixAddress.with(path) { address, length in
            Int32(sendto(descriptor, words, words.utf8.count, Int32(MSG_NOSIGNAL) | Int32(MSG_DONTWAIT), address, length))
        }
    }
}
