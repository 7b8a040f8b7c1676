import CLinux
import EventLoop
import Glibc

/// A TUN interface, open: what the kernel routes into it comes out here as whole IP packets, and what is written here comes
/// in at the interface (the kernel's Documentation/networking/tuntap.rst).
///
/// An open one stays usable wherever the thread goes. It takes CAP_NET_ADMIN in the network namespace and /dev/net/tun, both
/// of which an unprivileged user has inside `unshare -Urn` where udev made the device.
public final class TunDevice {
    public let name: String
    private let descriptor: Int32
    /// Longer than any IP packet without IPv6 jumbograms, which TUN does not carry.
    private let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 64 * 1024, alignment: 16)
    /// Most packets read in one wake-up.
    private static let readsPerWakeup = 64

    /// Opens the interface of that name in a named network namespace; makes it where there is none, and then it goes with
    /// this object.
    public convenience init(_ name: String, in namespace: String) throws(NetlabError) {
        self.init(name, descriptor: try Self.open(name, in: namespace, stays: false))
    }

    private init(_ name: String, descriptor: Int32) {
        self.name = name
        self.descriptor = descriptor
    }

    /// Makes an interface that stays until its namespace goes.
    static func make(_ name: String, in namespace: String) throws(NetlabError) {
        close(try open(name, in: namespace, stays: true))
    }

    deinit {
        close(descriptor)
        buffer.deallocate()
    }

    private static func open(_ name: String, in namespace: String, stays: Bool) throws(NetlabError) -> Int32 {
        var code: Int32 = 0
        do {
            let descriptor = try NetworkNamespace.within(namespace) {
                let descriptor = linux_open_tun(name, stays ? 1 : 0)
                code = errno
                return descriptor
            }
            if descriptor >= 0 { return descriptor }
        } catch {
            throw error as? NetlabError ?? .noSuchNamespace(namespace)
        }
        // What open(2) says of the device, and not the kernel of the interface: EBUSY is one that another program has open.
        if [ENOENT, ENODEV, ENXIO].contains(code) || access("/dev/net/tun", R_OK | W_OK) != 0 { throw .noTun(errno: code) }
        throw .from(errno: code, "open the TUN interface \(name) in the namespace \(namespace)")
    }

    /// Hears of packets for as long as the watch is kept: `receive` for each of them, then `done` once for all that came
    /// together. The bytes are valid until `receive` returns.
    public func onPackets(
        on loop: EventLoop, receive: @escaping (UnsafeRawBufferPointer) -> Void, done: @escaping () -> Void
    ) -> DescriptorWatch {
        loop.onReadable(descriptor) { [unowned self] in
            for _ in 0..<Self.readsPerWakeup {
                let count = read(descriptor, buffer.baseAddress, buffer.count)
                guard count > 0 else { break }
                receive(UnsafeRawBufferPointer(rebasing: buffer[..<count]))
            }
            done()
        }
    }

    /// Lets a packet in at the interface. False where the kernel does not take it: it is down, or the packet is no IP.
    @discardableResult
    public func write(_ packet: [UInt8]) -> Bool {
        Glibc.write(descriptor, packet, packet.count) == packet.count
    }
}
