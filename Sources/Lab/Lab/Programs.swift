import Foundation

/// The programs of the kit, found beside the one that runs.
struct Programs {
    let tsserver: String
    let tsload: String

    init() throws(LabError) {
        let directory = URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath().deletingLastPathComponent()
        func find(_ name: String) throws(LabError) -> String {
            let path = directory.appendingPathComponent(name).path
            guard FileManager.default.isExecutableFile(atPath: path) else { throw .programMissing(path) }
            return path
        }
        tsserver = try find("tsserver")
        tsload = try find("tsload")
    }
}
