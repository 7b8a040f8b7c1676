import Glibc

/// The kernel's settings that the lab depends on, as `sysctl` names them.
struct KernelSettings: Sendable {
    /// A setting's value, or nil where this kernel does not have it.
    let value: @Sendable (String) -> String?

    /// Those of the running kernel, under /proc/sys.
    static let running = KernelSettings { name in
        let descriptor = open("/proc/sys/" + String(name.map { $0 == "." ? Character("/") : $0 }), O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return nil }
        defer { close(descriptor) }
        var bytes = [UInt8](repeating: 0, count: 128)
        let count = read(descriptor, &bytes, bytes.count)
        guard count > 0 else { return nil }
        return String(String(decoding: bytes[..<count], as: UTF8.self).prefix { !$0.isNewline })
    }

    func number(_ name: String) -> Int? { value(name).flatMap { Int($0) } }

    /// The settings that forbid an ordinary user's namespaces, each as the command that allows them. The first is of every
    /// kernel (namespaces(7)), the second of Debian's, the third of Ubuntu's AppArmor.
    func allowingNamespaces(isRoot: Bool) -> [String] {
        var commands = ["user", "net", "mnt", "pid"].map { "user.max_\($0)_namespaces" }
            .filter { number($0) == 0 }.map { "sysctl -w \($0)=15000" }
        // Neither binds who has CAP_SYS_ADMIN.
        if !isRoot {
            if number("kernel.unprivileged_userns_clone") == 0 { commands.append("sysctl -w kernel.unprivileged_userns_clone=1") }
            if number("kernel.apparmor_restrict_unprivileged_userns") ?? 0 > 0 {
                commands.append("sysctl -w kernel.apparmor_restrict_unprivileged_userns=0")
            }
        }
        return commands
    }
}
