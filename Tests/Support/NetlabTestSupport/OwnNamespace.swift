import Glibc
import Netlab

extension NetworkNamespace {
    /// Runs `body` with the calling thread in a new network namespace that has nothing but loopback, and removes the namespace.
    /// `body` must not change threads. Needs root.
    public static func withinNew<Result>(_ body: () throws -> Result) throws -> Result {
        let name = "tslab-test-\(getpid())-\(UInt32.random(in: 0...UInt32.max))"
        try Command.run("ip", ["netns", "add", name])
        defer { _ = try? Command.run("ip", ["netns", "del", name]) }
        try Command.run("ip", ["-n", name, "link", "set", "lo", "up"])
        return try within(name, body)
    }
}
