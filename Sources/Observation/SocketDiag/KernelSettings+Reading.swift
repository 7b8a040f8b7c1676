import Ghosts
import Glibc

extension KernelSettings {
    /// Of the network namespace that the calling thread is in: /proc/sys/net shows the reading thread's own.
    public static func read() -> KernelSettings {
        var settings = KernelSettings()
        if let value = number("tcp_retries2") { settings.retries = min(255, max(0, value)) }
        if let value = number("tcp_keepalive_time") { settings.keepaliveTime = Int32(clamping: value) }
        if let value = number("tcp_keepalive_intvl") { settings.keepaliveInterval = Int32(clamping: value) }
        if let value = number("tcp_keepalive_probes") { settings.keepaliveProbes = Int32(clamping: value) }
        if let value = number("tcp_rto_max_ms") { settings.longestTimeout = max(1000, value) }
        return settings
    }

    private static func number(_ name: String) -> Int? {
        let descriptor = open("/proc/sys/net/ipv4/\(name)", O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return nil }
        defer { close(descriptor) }
        var bytes = [UInt8](repeating: 0, count: 32)
        let count = Glibc.read(descriptor, &bytes, bytes.count)
        return Int(String(decoding: bytes.prefix(max(0, count)).prefix { $0 > 32 }, as: UTF8.self))
    }
}
