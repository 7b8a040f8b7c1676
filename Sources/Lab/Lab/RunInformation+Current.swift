import CLinux
import Contracts
import Foundation
import Version

extension RunInformation {
    /// This process, on this machine, now.
    static func current(arguments: [String]) -> RunInformation {
        // UTSNAME's fields have at most 65 bytes (uname(2)).
        var (name, release) = ([CChar](repeating: 0, count: 65), [CChar](repeating: 0, count: 65))
        linux_host(&name, &release, 65)
        func text(_ field: [CChar]) -> String { field.withUnsafeBufferPointer { String(cString: $0.baseAddress!) } }
        return RunInformation(
            version: Version.current, startedAt: Date().formatted(.iso8601), host: text(name), kernel: text(release),
            arguments: arguments)
    }
}
