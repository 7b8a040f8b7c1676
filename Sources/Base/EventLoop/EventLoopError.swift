import Glibc

/// A system call that the event loop needed and did not get.
public struct EventLoopError: Error, Equatable, CustomStringConvertible {
    /// What was being done, to read after "cannot": `listen on 127.0.0.1:3389`.
    public let action: String
    /// The call's `errno`; 0 where libevent gives no reason.
    public let code: Int32

    public init(_ action: String, errno code: Int32) {
        self.action = action
        self.code = code
    }

    public var description: String {
        code == 0 ? "cannot \(action)" : "cannot \(action): \(String(cString: strerror(code)))"
    }
}
