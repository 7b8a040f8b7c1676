import Wire

/// Frames on their way out, one behind the other in one buffer that is kept and emptied: sending allocates nothing.
public struct FrameBatch: Sendable {
    private var writer = ByteWriter()
    private var ends: [Int] = []

    public init() {}

    public var count: Int { ends.count }

    public var isEmpty: Bool { ends.isEmpty }

    public mutating func removeAll() {
        writer.removeAll()
        ends.removeAll(keepingCapacity: true)
    }

    /// Hands over each frame in the order they were written.
    public func forEach(_ body: (RawSpan) -> Void) {
        var start = 0
        for end in ends {
            body(writer.bytes.span.bytes.extracting(start..<end))
            start = end
        }
    }

    /// Writes a frame whose information field `body` writes; returns its length.
    @discardableResult
    public mutating func append(_ frame: LLCFrame, information body: (inout ByteWriter) -> Void = { _ in }) -> Int {
        let start = frame.begin(&writer)
        body(&writer)
        LLCFrame.end(&writer, at: start)
        ends.append(writer.count)
        return writer.count - start
    }
}
