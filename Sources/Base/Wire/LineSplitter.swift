/// Takes bytes as they come and hands out the lines in them, without their ends. Time is linear in the bytes, and memory
/// bounded by the longest line allowed.
public struct LineSplitter {
    /// More bytes than a line may have came without an end: what came since the last line is let go.
    public struct TooLong: Error, Equatable, CustomStringConvertible {
        /// The most bytes that a line may have.
        public var limit: Int

        public init(limit: Int) { self.limit = limit }

        public var description: String { "a line is longer than \(limit) bytes" }
    }

    /// The most bytes that a line may have, its end not counted.
    public let limit: Int
    private var partial: [UInt8] = []

    public init(limit: Int) { self.limit = limit }

    /// Bytes of a line that has not ended yet.
    public var unfinished: Int { partial.count }

    /// - Parameter onLine: called for each line that ends in the bytes, in order.
    /// - Throws: ``TooLong`` where a line has no end within the limit; lines before it have been handed out.
    public mutating func add(_ bytes: RawSpan, onLine: ([UInt8]) -> Void) throws(TooLong) {
        try bytes.withUnsafeBytes { (bytes: UnsafeRawBufferPointer) throws(TooLong) in
            var rest = bytes[...]
            while let end = rest.firstIndex(of: UInt8(ascii: "\n")) {
                try keep(rest[..<end])
                let line = partial
                partial.removeAll(keepingCapacity: true)
                rest = rest[(end + 1)...]
                onLine(line)
            }
            try keep(rest)
        }
    }

    /// The same for bytes in an array.
    public mutating func add(_ bytes: [UInt8], onLine: ([UInt8]) -> Void) throws(TooLong) {
        try add(bytes.span.bytes, onLine: onLine)
    }

    private mutating func keep(_ piece: Slice<UnsafeRawBufferPointer>) throws(TooLong) {
        guard partial.count + piece.count <= limit else {
            partial = []
            throw TooLong(limit: limit)
        }
        partial.append(contentsOf: piece)
    }
}
