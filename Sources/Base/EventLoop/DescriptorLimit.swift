import Glibc

/// How many descriptors the process may have (getrlimit(2), RLIMIT_NOFILE).
public enum DescriptorLimit {
    private static let resource = __rlimit_resource_t(RLIMIT_NOFILE.rawValue)

    /// The most that the system allows this process to raise its limit to.
    public static var most: Int { Int(clamping: current.rlim_max) }

    /// Raises the limit to the most that the system allows, and returns it.
    @discardableResult
    public static func raise() -> Int {
        var limit = current
        limit.rlim_cur = limit.rlim_max
        setrlimit(resource, &limit)
        return Int(clamping: current.rlim_cur)
    }

    private static var current: rlimit {
        var limit = rlimit()
        // Cannot fail: the resource is known and the address is this process's own.
        getrlimit(resource, &limit)
        return limit
    }
}
