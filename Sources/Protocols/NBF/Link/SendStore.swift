import Wire

/// The information fields of the I-frames that are not acknowledged, oldest first.
///
/// They lie in one array, each behind its length; a store that is empty gives a large array back, so that an idle link
/// holds next to nothing.
struct SendStore: Sendable {
    private(set) var count = 0
    private var bytes: [UInt8] = []
    private var start = 0

    private static let keptCapacity = 256

    var isEmpty: Bool { count == 0 }

    mutating func append(_ information: [UInt8]) {
        bytes.append(UInt8(truncatingIfNeeded: information.count >> 8))
        bytes.append(UInt8(truncatingIfNeeded: information.count))
        bytes.append(contentsOf: information)
        count += 1
    }

    mutating func removeFirst(_ removed: Int) {
        guard removed < count else { return removeAll() }
        for _ in 0..<removed { start += 2 + length(at: start) }
        count -= removed
        if start > bytes.count / 2 {
            bytes.removeSubrange(..<start)
            start = 0
        }
    }

    mutating func removeAll() {
        count = 0
        start = 0
        if bytes.capacity > Self.keptCapacity { bytes = [] } else { bytes.removeAll(keepingCapacity: true) }
    }

    /// Hands over each information field with its place in the store.
    func forEach(_ body: (_ index: Int, RawSpan) -> Void) {
        var position = start
        for index in 0..<count {
            let end = position + 2 + length(at: position)
            body(index, bytes.span.bytes.extracting((position + 2)..<end))
            position = end
        }
    }

    private func length(at position: Int) -> Int { Int(bytes[position]) << 8 | Int(bytes[position + 1]) }
}
