import Foundation
import Time

/// How a process's descriptors and memory went, from looks at /proc (proc(5)).
public struct ProcessGrowth: Codable, Sendable, CustomStringConvertible {
    /// Open descriptors before the first client, and at the end.
    public var descriptorsBefore = 0
    public var descriptorsAfter = 0
    /// The most resident memory in the second quarter of the time, and in the last.
    public var earlierBytes = 0
    public var laterBytes = 0

    /// Memory may go up and down by this, whatever it is used for.
    static let slackBytes = 6 << 20

    private enum CodingKeys: CodingKey { case descriptorsBefore, descriptorsAfter, earlierBytes, laterBytes }
    private var memory: [Int] = []

    init() {}

    mutating func look(at process: Int32, first: Bool = false) {
        descriptorsAfter = (try? FileManager.default.contentsOfDirectory(atPath: "/proc/\(process)/fd").count) ?? 0
        if first { descriptorsBefore = descriptorsAfter }
        let pages = (try? String(contentsOfFile: "/proc/\(process)/statm", encoding: .utf8))?.split(separator: " ").dropFirst().first
        memory.append((pages.flatMap { Int($0) } ?? 0) * sysconf(Int32(_SC_PAGESIZE)))
    }

    /// To call after the last look.
    mutating func finish() {
        guard !memory.isEmpty else { return }
        earlierBytes = memory[(memory.count / 4)..<(memory.count / 2)].max() ?? 0
        laterBytes = memory[(memory.count * 3 / 4)...].max() ?? 0
    }

    /// Whether memory goes on growing; a short run says nothing.
    var memoryGrows: Bool { memory.count >= 60 && laterBytes > earlierBytes + earlierBytes / 4 + Self.slackBytes }

    public var description: String {
        "\(descriptorsBefore) descriptors before, \(descriptorsAfter) after; "
            + "\(earlierBytes >> 10) KiB in the second quarter, \(laterBytes >> 10) KiB in the last"
    }
}
