import CLinux
import Ghosts
import Glibc

/// A process, held so that another with its number is never taken for it (pidfd_open(2)).
public final class BorrowedProcess {
    public let identifier: Int32
    let descriptor: Int32

    /// nil with errno where there is none.
    public init?(_ identifier: Int32) {
        self.identifier = identifier
        descriptor = linux_open_process(identifier)
        if descriptor < 0 { return nil }
    }

    deinit {
        if descriptor >= 0 { close(descriptor) }
    }
}

/// A socket of another process, borrowed for a moment (pidfd_getfd(2)): the same open file, so that what is set here is set there.
///
/// SO_ERROR is never read, since that would take the error away from the program it is for; file status flags are shared and never
/// changed. While it is held, a close by its own program does not end the connection: hold it shortly.
public final class BorrowedSocket {
    private let descriptor: Int32

    /// - Returns: nil with errno where it may not be borrowed, or ESTALE where the descriptor is another socket's.
    public init?(_ process: BorrowedProcess, descriptor number: Int32, cookie: UInt64) {
        descriptor = linux_borrow_descriptor(process.descriptor, number)
        guard descriptor >= 0 else { return nil }
        // A number may have been used again since it was looked up; a cookie never is.
        guard self.cookie == cookie else {
            errno = ESTALE
            return nil
        }
    }

    deinit {
        if descriptor >= 0 { close(descriptor) }
    }

    private var cookie: UInt64? {
        var value: UInt64 = 0
        var length = socklen_t(MemoryLayout<UInt64>.size)
        // SO_COOKIE is 57 (asm-generic/socket.h).
        return getsockopt(descriptor, SOL_SOCKET, 57, &value, &length) == 0 ? value : nil
    }

    /// What the kernel says of it now: a socket that was reset is closed though its program still holds it.
    public var info: TCPInfo? {
        withUnsafeTemporaryAllocation(byteCount: 256, alignment: 8) { bytes in
            var length = socklen_t(bytes.count)
            guard getsockopt(descriptor, Int32(IPPROTO_TCP), TCP_INFO, bytes.baseAddress, &length) == 0 else { return nil }
            return TCPInfo(UnsafeRawBufferPointer(rebasing: bytes[..<Int(length)]))
        }
    }

    /// nil where the kernel does not tell, as of a socket that is no TCP socket.
    public var options: LivenessOptions? {
        guard let keepalive = value(SOL_SOCKET, SO_KEEPALIVE), let idle = value(Int32(IPPROTO_TCP), TCP_KEEPIDLE),
            let interval = value(Int32(IPPROTO_TCP), TCP_KEEPINTVL), let count = value(Int32(IPPROTO_TCP), TCP_KEEPCNT),
            let userTimeout = value(Int32(IPPROTO_TCP), TCP_USER_TIMEOUT)
        else { return nil }
        return LivenessOptions(
            keepalive: keepalive != 0, idle: idle, interval: interval, count: count, userTimeout: UInt32(bitPattern: userTimeout))
    }

    /// Sets what differs, in an order in which nothing is ever stricter than both: where probes begin at once, the count is high by
    /// then and the user timeout gone; where they cease, they cease first.
    ///
    /// - Returns: 0, or the errno of the option that was refused.
    public func change(from old: LivenessOptions, to new: LivenessOptions) -> Int32 {
        var failure: Int32 = 0
        func set(_ level: Int32, _ option: Int32, _ old: Int32, _ new: Int32) {
            guard old != new, failure == 0 else { return }
            var value = new
            if setsockopt(descriptor, level, option, &value, socklen_t(MemoryLayout<Int32>.size)) != 0 { failure = errno }
        }
        let tcp = Int32(IPPROTO_TCP)
        func setUserTimeout() { set(tcp, TCP_USER_TIMEOUT, Int32(bitPattern: old.userTimeout), Int32(bitPattern: new.userTimeout)) }
        if old.keepalive, !new.keepalive { set(SOL_SOCKET, SO_KEEPALIVE, 1, 0) }
        if new.userTimeout == 0 { setUserTimeout() }
        set(tcp, TCP_KEEPINTVL, old.interval, new.interval)
        // To lengthen the idle time before the count falls puts the timer off first.
        if new.idle > old.idle { set(tcp, TCP_KEEPIDLE, old.idle, new.idle) }
        set(tcp, TCP_KEEPCNT, old.count, new.count)
        if new.keepalive, !old.keepalive { set(SOL_SOCKET, SO_KEEPALIVE, 0, 1) }
        // With SO_KEEPALIVE on, Linux starts the timer anew by it: with 0 where the silence is that long already.
        if new.idle < old.idle { set(tcp, TCP_KEEPIDLE, old.idle, new.idle) }
        if new.userTimeout != 0 { setUserTimeout() }
        return failure
    }

    /// Puts back what was changed from `saved` to `changed`, each option only where it still has the value it was given: what the
    /// program itself has set meanwhile stays.
    public func restore(_ saved: LivenessOptions, changed: LivenessOptions) -> Int32 {
        guard let now = options else { return errno }
        var target = now
        if now.keepalive == changed.keepalive { target.keepalive = saved.keepalive }
        if now.idle == changed.idle { target.idle = saved.idle }
        if now.interval == changed.interval { target.interval = saved.interval }
        if now.count == changed.count { target.count = saved.count }
        if now.userTimeout == changed.userTimeout { target.userTimeout = saved.userTimeout }
        return change(from: now, to: target)
    }

    private func value(_ level: Int32, _ option: Int32) -> Int32? {
        var value: Int32 = 0
        var length = socklen_t(MemoryLayout<Int32>.size)
        return getsockopt(descriptor, level, option, &value, &length) == 0 ? value : nil
    }
}
