import Glibc

/// Where a socket is held: a process and the number of its descriptor.
public struct SocketHolder: Hashable, Sendable {
    public var process: Int32
    public var descriptor: Int32

    public init(process: Int32, descriptor: Int32) {
        self.process = process
        self.descriptor = descriptor
    }
}

/// Looks through /proc for the processes that hold sockets (proc(5)).
public struct ProcessScan {
    /// Processes whose descriptors may not be looked at by this user.
    public private(set) var hiddenProcesses = 0

    public init() {}

    /// Calls `found` for each descriptor of each process that is a socket, in order of the processes' numbers.
    public mutating func run(_ found: (_ inode: UInt32, SocketHolder) -> Void) {
        for process in Self.numbers(in: "/proc").sorted() { run(process, found) }
    }

    /// The same for one process.
    public mutating func run(_ process: Int32, _ found: (_ inode: UInt32, SocketHolder) -> Void) {
        guard let directory = opendir("/proc/\(process)/fd") else {
            if errno == EACCES || errno == EPERM { hiddenProcesses += 1 }
            return
        }
        defer { closedir(directory) }
        let place = dirfd(directory)
        while let entry = readdir(directory) {
            withUnsafePointer(to: &entry.pointee.d_name) {
                $0.withMemoryRebound(to: CChar.self, capacity: 256) { name in
                    guard let number = Self.number(name), let inode = Self.inode(place, name) else { return }
                    found(inode, SocketHolder(process: process, descriptor: number))
                }
            }
        }
    }

    /// Whether the descriptor still is that socket.
    public static func holds(_ holder: SocketHolder, inode: UInt32) -> Bool {
        Self.inode(AT_FDCWD, "/proc/\(holder.process)/fd/\(holder.descriptor)") == inode
    }

    /// What the process calls itself: at most 15 bytes of anything (comm, proc(5)).
    public static func name(of process: Int32) -> [UInt8] {
        let descriptor = open("/proc/\(process)/comm", O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return [] }
        defer { close(descriptor) }
        var bytes = [UInt8](repeating: 0, count: 64)
        let count = max(0, read(descriptor, &bytes, bytes.count))
        return Array(bytes[..<count].prefix { $0 != UInt8(ascii: "\n") })
    }

    /// The processes that there are.
    public static func numbers(in path: String) -> [Int32] {
        guard let directory = opendir(path) else { return [] }
        defer { closedir(directory) }
        var numbers: [Int32] = []
        while let entry = readdir(directory) {
            withUnsafePointer(to: &entry.pointee.d_name) {
                $0.withMemoryRebound(to: CChar.self, capacity: 256) { if let number = Self.number($0) { numbers.append(number) } }
            }
        }
        return numbers
    }

    private static func number(_ name: UnsafePointer<CChar>) -> Int32? {
        var value: Int32 = 0
        var index = 0
        while name[index] != 0 {
            let digit = Int32(name[index]) - 48
            guard 0...9 ~= digit, index < 9 else { return nil }
            value = value * 10 + digit
            index += 1
        }
        return index > 0 ? value : nil
    }

    /// The number in a link that reads `socket:[12345]`.
    private static func inode(_ place: Int32, _ name: UnsafePointer<CChar>) -> UInt32? {
        withUnsafeTemporaryAllocation(of: CChar.self, capacity: 32) { link in
            let count = readlinkat(place, name, link.baseAddress!, 32)
            let prefix: StaticString = "socket:["
            guard count > 9, count < 32, memcmp(link.baseAddress!, prefix.utf8Start, 8) == 0 else { return nil }
            var value: UInt32 = 0
            for index in 8..<(count - 1) {
                let digit = UInt32(UInt8(bitPattern: link[index])) &- 48
                guard digit <= 9 else { return nil }
                value = value &* 10 &+ digit
            }
            return value
        }
    }
}
