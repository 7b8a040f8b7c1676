/// Bytes being put together for the wire.
///
/// One writer is meant to be kept and emptied with ``removeAll()``, which keeps its storage: writing a packet then
/// allocates nothing. What writes a few bytes can be inlined into other modules: a call costs as much as the bytes.
public struct ByteWriter: Sendable {
    @usableFromInline var storage: [UInt8]

    public init(reservingCapacity capacity: Int = 0) {
        storage = []
        storage.reserveCapacity(capacity)
    }

    @inlinable public var bytes: [UInt8] { storage }

    @inlinable public var count: Int { storage.count }

    @inlinable public var isEmpty: Bool { storage.isEmpty }

    @inlinable public mutating func removeAll() { storage.removeAll(keepingCapacity: true) }

    @inlinable public mutating func u8(_ value: UInt8) { storage.append(value) }

    @inlinable public mutating func u16le(_ value: UInt16) {
        storage.append(UInt8(truncatingIfNeeded: value))
        storage.append(UInt8(truncatingIfNeeded: value >> 8))
    }

    @inlinable public mutating func u16be(_ value: UInt16) { store(value.bigEndian) }

    @inlinable public mutating func u32le(_ value: UInt32) { store(value.littleEndian) }

    @inlinable public mutating func u32be(_ value: UInt32) { store(value.bigEndian) }

    /// Many at once, as they lie in memory wherever that has the same order.
    public mutating func u16le(_ values: Span<UInt16>) {
        if 1.littleEndian == 1 {
            append(values.bytes)
        } else {
            for index in values.indices { u16le(values[index]) }
        }
    }

    @inlinable public mutating func append(_ more: [UInt8]) { storage.append(contentsOf: more) }

    public mutating func append(_ more: RawSpan) {
        more.withUnsafeBytes { storage.append(contentsOf: $0) }
    }

    public mutating func zeros(_ count: Int) { storage.append(contentsOf: repeatElement(0, count: count)) }

    /// Overwrites two bytes already written, for a length known only at the end.
    @inlinable public mutating func patch(u16be value: UInt16, at offset: Int) { patch(value.bigEndian, at: offset) }

    /// Overwrites two bytes already written, for a length known only at the end.
    @inlinable public mutating func patch(u16le value: UInt16, at offset: Int) { patch(value.littleEndian, at: offset) }

    /// Lets `body` change in place what was written from `offset` on, as a cipher does.
    public mutating func update(from offset: Int, _ body: (UnsafeMutableRawBufferPointer) -> Void) {
        storage.withUnsafeMutableBytes { body(UnsafeMutableRawBufferPointer(rebasing: $0[offset...])) }
    }

    /// Lets `body` write at most `most` bytes, for what comes in so many small pieces that to ask for each whether there is
    /// room would cost more than the piece.
    public mutating func append(atMost most: Int, _ body: (inout OutputSpan<UInt8>) -> Void) {
        storage.append(addingCapacity: most, initializingWith: body)
    }

    /// Byte by byte: for so few, that is several times faster than to append a buffer.
    @inlinable mutating func store<T: FixedWidthInteger>(_ value: T) {
        withUnsafeBytes(of: value) { for byte in $0 { storage.append(byte) } }
    }

    @inlinable mutating func patch<T: FixedWidthInteger>(_ value: T, at offset: Int) {
        withUnsafeBytes(of: value) { for (index, byte) in $0.enumerated() { storage[offset + index] = byte } }
    }
}
