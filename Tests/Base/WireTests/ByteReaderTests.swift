import Testing
import Wire

@Suite struct ByteReaderTests {
    @Test func readsEachWidthInItsByteOrder() throws {
        let bytes: [UInt8] = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13]
        var reader = ByteReader(bytes.span.bytes)
        let values = (
            try reader.u8(), try reader.u16le(), try reader.u16be(), try reader.u32le(), try reader.u32be()
        )
        #expect(values == (0x01, 0x0302, 0x0405, 0x0908_0706, 0x0A0B_0C0D))
        let isAtEnd = reader.isAtEnd
        #expect(isAtEnd)
    }

    @Test func throwsPastTheEndAndStaysWhereItWas() throws {
        let bytes: [UInt8] = [1, 2, 3]
        var reader = ByteReader(bytes.span.bytes)
        do {
            _ = try reader.u32le()
            Issue.record("read four bytes of three")
        } catch {
            #expect(error == .truncated(needed: 4, available: 3))
        }
        let remaining = reader.remaining
        #expect(remaining == 3)
        do {
            try reader.skip(-1)
            Issue.record("skipped backwards")
        } catch {
            #expect(error == .truncated(needed: -1, available: 3))
        }
    }

    @Test func aSubreaderSeesOnlyItsPart() throws {
        let bytes: [UInt8] = [1, 2, 3]
        var reader = ByteReader(bytes.span.bytes)
        var part = try reader.reader(2)
        let seen = try part.array(2)
        #expect(seen == [1, 2])
        #expect(throws: WireError.truncated(needed: 1, available: 0)) { try Self.readOne(past: seen) }
        let next = try reader.u8()
        #expect(next == 3)
    }

    private static func readOne(past bytes: [UInt8]) throws {
        var reader = ByteReader(bytes.span.bytes)
        try reader.skip(bytes.count)
        _ = try reader.u8()
    }
}
