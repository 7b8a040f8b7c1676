import Wire

@testable import NBF

extension FrameBatch {
    /// Each frame copied, for keeping.
    var frames: [[UInt8]] {
        var frames: [[UInt8]] = []
        forEach { frames.append([UInt8]($0)) }
        return frames
    }
}
