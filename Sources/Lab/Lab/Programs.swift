import Foundation

/// The programs of the kit, found beside the one that runs.
struct Programs {
    static let names = ["tsserver", "tsload"]
    static let directory = URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath().deletingLastPathComponent()

    let tsserver: String
    let tsload: String

    init() throws(LabError) {
        func find(_ name: String) throws(LabError) -> String {
            let path = Self.directory.appendingPathComponent(name).path
            guard FileManager.default.isExecutableFile(atPath: path) else { throw .programMissing(path) }
            return path
        }
        tsserver = try find(Self.names[0])
        tsload = try find(Self.names[1])
    }
}
