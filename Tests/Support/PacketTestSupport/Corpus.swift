import Foundation

/// Where tests leave what the fuzzers begin with: `scripts/fuzz --record`.
public enum Corpus {
    private static let destination = ProcessInfo.processInfo.environment["TSLAB_RECORD_CORPUS"]

    public static var isWanted: Bool { destination != nil }

    public static func keep(_ bytes: [UInt8], _ target: String, _ name: String) throws {
        let directory = URL(fileURLWithPath: destination ?? "").appendingPathComponent(target)
        try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
        try Data(bytes).write(to: directory.appendingPathComponent(name))
    }

    /// A run of packets as the fuzzers' targets take it: each behind its length in two bytes.
    public static func run(of packets: some Sequence<[UInt8]>) -> [UInt8] {
        packets.flatMap { [UInt8($0.count >> 8 & 255), UInt8($0.count & 255)] + $0 }
    }
}
