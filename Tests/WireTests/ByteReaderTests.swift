import Testing
import Wire

@Suite struct ByteReaderTests {
    @Test func readsEachWidthInItsByteOrder() throws {
        let bytes: [UInt8] = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13]
        var reader = ByteReader(bytes.span.bytes)
        #expect(try reader.u8() == 0x01)
        #expect(try reader.u16le() == 0x0302)
        #expect(try reader.u16be() == 0x0405)
        #expect(try reader.u32le() == 0x0908_0706)
        #expect(try reader.u32be() == 0x0A0B_0C0D)
        #expect(reader.isAtEnd)
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
        #expect(reader.remaining == 3)
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
        #expect(try part.array(2) == [1, 2])
        #expect(part.isAtEnd)
        #expect(try reader.u8() == 3)
    }
}
