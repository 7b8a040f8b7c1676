import Ghosts
import Glibc
import SocketDiag

/// One network namespace, as it is looked into.
final class NamespaceView {
    /// What it is called: empty for the one this program is in.
    let name: String
    let channel: DiagChannel
    let kernel: KernelSettings
    private let handle: NamespaceHandle?
    private(set) lazy var raw = try? within { try RawQuestion() }

    private init(name: String, handle: NamespaceHandle?) throws {
        self.name = name
        self.handle = handle
        let make = { (try DiagChannel(), KernelSettings.read()) }
        (channel, kernel) = try handle.map { try $0.within(make) } ?? make()
    }

    func within<Result>(_ body: () throws -> Result) throws -> Result { try handle.map { try $0.within(body) } ?? body() }

    /// - Parameter choice: what `--netns` says; nil for the namespace this program is in.
    static func open(_ choice: String?) throws -> [NamespaceView] {
        guard let choice else { return [try NamespaceView(name: "", handle: nil)] }
        if choice == "all" { return try all() }
        let path = choice.contains("/") ? choice : Int32(choice) == nil ? "/run/netns/\(choice)" : "/proc/\(choice)/ns/net"
        return [try NamespaceView(name: TerminalText.plain(choice), handle: try NamespaceHandle(path: path))]
    }

    /// Its own, those that some process is in, and those of ip-netns(8); each once. Who may not enter one does not see into it.
    private static func all() throws -> [NamespaceView] {
        var seen: Set<UInt64> = [try NamespaceHandle.current().identifier]
        var views = [try NamespaceView(name: "this namespace", handle: nil)]
        func add(_ name: String, _ path: String) {
            guard let handle = try? NamespaceHandle(path: path), seen.insert(handle.identifier).inserted,
                let view = try? NamespaceView(name: name, handle: handle)
            else { return }
            views.append(view)
        }
        for name in names(in: "/run/netns") { add(TerminalText.plain(name), "/run/netns/\(name)") }
        for process in ProcessScan.numbers(in: "/proc").sorted() {
            add("the namespace of \(TerminalText.plain(ProcessScan.name(of: process)))/\(process)", "/proc/\(process)/ns/net")
        }
        return views
    }

    private static func names(in path: String) -> [String] {
        guard let directory = opendir(path) else { return [] }
        defer { closedir(directory) }
        var names: [String] = []
        while let entry = readdir(directory) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) {
                $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            if !name.hasPrefix(".") { names.append(name) }
        }
        return names.sorted()
    }
}
