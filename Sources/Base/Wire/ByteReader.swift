/// A cursor over bytes that somebody else owns.
///
/// Every read is checked against what is left and throws ``WireError/truncated(needed:available:)`` past the end, so
/// that a decoder written with it is total: no input can trap it. The reader does not escape the buffer it looks at. What
/// is read may be named, for the error to say. What reads a few bytes can be inlined into other modules: a call costs more
/// than the bytes.
public struct ByteReader: ~Escapable {
    @usableFromInline let bytes: RawSpan
    @usableFromInline var offset = 0

    @_lifetime(copy bytes)
    @inlinable public init(_ bytes: RawSpan) {
        self.bytes = bytes
    }

    /// Bytes not read yet.
    @inlinable public var remaining: Int { bytes.byteCount - offset }

    @inlinable public var isAtEnd: Bool { remaining == 0 }

    /// The bytes not read yet, without moving the cursor.
    public var rest: RawSpan {
        @_lifetime(copy self)
        get { bytes.extracting(droppingFirst: offset) }
    }

    @_lifetime(self: copy self)
    @inlinable public mutating func u8(_ field: StaticText = "") throws(WireError) -> UInt8 { try load(UInt8.self, field) }

    @_lifetime(self: copy self)
    @inlinable public mutating func u16le(_ field: StaticText = "") throws(WireError) -> UInt16 {
        UInt16(littleEndian: try load(UInt16.self, field))
    }

    @_lifetime(self: copy self)
    @inlinable public mutating func u16be(_ field: StaticText = "") throws(WireError) -> UInt16 {
        UInt16(bigEndian: try load(UInt16.self, field))
    }

    @_lifetime(self: copy self)
    @inlinable public mutating func u32le(_ field: StaticText = "") throws(WireError) -> UInt32 {
        UInt32(littleEndian: try load(UInt32.self, field))
    }

    @_lifetime(self: copy self)
    @inlinable public mutating func u32be(_ field: StaticText = "") throws(WireError) -> UInt32 {
        UInt32(bigEndian: try load(UInt32.self, field))
    }

    /// The byte `distance` bytes ahead, without moving the cursor.
    @inlinable public func peek(_ distance: Int = 0) throws(WireError) -> UInt8 {
        guard distance >= 0, distance < remaining else {
            throw .truncated(needed: distance + 1, available: remaining)
        }
        return bytes.unsafeLoadUnaligned(fromUncheckedByteOffset: offset + distance, as: UInt8.self)
    }

    @_lifetime(self: copy self)
    @inlinable public mutating func skip(_ count: Int, _ field: StaticText = "") throws(WireError) {
        try require(count, field)
        offset += count
    }

    /// The next `count` bytes as a view.
    @_lifetime(copy self)
    @_lifetime(self: copy self)
    @inlinable public mutating func span(_ count: Int, _ field: StaticText = "") throws(WireError) -> RawSpan {
        try require(count, field)
        defer { offset += count }
        return bytes.extracting(offset..<(offset + count))
    }

    /// A reader that sees the next `count` bytes and nothing else.
    @_lifetime(copy self)
    @_lifetime(self: copy self)
    @inlinable public mutating func reader(_ count: Int, _ field: StaticText = "") throws(WireError) -> ByteReader {
        ByteReader(try span(count, field))
    }

    /// The next `count` bytes, copied.
    @_lifetime(self: copy self)
    public mutating func array(_ count: Int, _ field: StaticText = "") throws(WireError) -> [UInt8] {
        [UInt8](try span(count, field))
    }

    /// Throws unless everything has been read.
    public func expectEnd() throws(WireError) {
        guard isAtEnd else { throw .trailing(remaining) }
    }

    @inlinable func require(_ count: Int, _ field: StaticText) throws(WireError) {
        guard count >= 0, count <= remaining else { throw .truncated(field: field, needed: count, available: remaining) }
    }

    @_lifetime(self: copy self)
    @inlinable mutating func load<T: FixedWidthInteger & BitwiseCopyable>(
        _ type: T.Type, _ field: StaticText
    ) throws(WireError) -> T {
        let size = MemoryLayout<T>.size
        try require(size, field)
        defer { offset += size }
        return bytes.unsafeLoadUnaligned(fromUncheckedByteOffset: offset, as: type)
    }
}

extension [UInt8] {
    /// A copy of the bytes of a span.
    public init(_ span: RawSpan) {
        self = span.withUnsafeBytes { [UInt8]($0) }
    }
}
