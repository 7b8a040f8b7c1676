import Glibc

/// How many descriptors the process may have.
public enum DescriptorLimit {
    /// Raises the limit to the most that the system allows, and returns it (getrlimit(2), RLIMIT_NOFILE).
    @discardableResult
    public static func raise() -> Int {
        var limit = rlimit()
        let resource = __rlimit_resource_t(RLIMIT_NOFILE.rawValue)
        guard getrlimit(resource, &limit) == 0 else { return 1024 }
        limit.rlim_cur = limit.rlim_max
        setrlimit(resource, &limit)
        getrlimit(resource, &limit)
        return Int(clamping: limit.rlim_cur)
    }
}
