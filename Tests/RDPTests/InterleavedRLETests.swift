import Testing
import Wire

@testable import RDP

/// The encoder against a decoder written from MS-RDPBCGR 2.2.9.1.1.3.1.2.4 alone.
@Suite struct InterleavedRLETests {
    @Test(arguments: [1, 2, 3, 31, 32, 33, 287, 288, 289, 4096, 0xFFFF, 0x1_0000, 0x1_0003])
    func aPlainAreaOfAnySizeComesBack(count: Int) throws {
        let pixels = [UInt16](repeating: 0xABCD, count: count)
        #expect(try Self.decode(Self.encode(pixels)) == pixels)
    }

    @Test(arguments: [1, 2, 31, 32, 287, 288, 0xFFFF, 0x1_0000, 0x1_0001])
    func anAreaWithoutRunsComesBack(count: Int) throws {
        let pixels = (0..<count).map { UInt16(truncatingIfNeeded: $0) }
        #expect(try Self.decode(Self.encode(pixels)) == pixels)
    }

    @Test func aPlainTileIsFiveBytes() {
        #expect(text(Self.encode([UInt16](repeating: 0x1234, count: 64 * 64))) == "f3 00 10 34 12")
    }

    @Test func nothingIsNothing() { #expect(Self.encode([]).isEmpty) }

    @Test func ordersHaveTheSpecificationsForms() {
        // Pixels, a run worth its order, pixels.
        #expect(text(Self.encode([1, 1, 2, 7, 7, 7, 3])) == text(hex("83 01 00 01 00 02 00 63 07 00 81 03 00")))
        // The first length beyond five bits.
        #expect(text(Self.encode([UInt16](repeating: 9, count: 32))) == text(hex("60 00 09 00")))
        #expect(text(Self.encode([UInt16](repeating: 9, count: 287))) == text(hex("60 FF 09 00")))
        #expect(text(Self.encode([UInt16](repeating: 9, count: 288))) == text(hex("F3 20 01 09 00")))
    }

    @Test(arguments: 0..<200 as Range<UInt64>) func whateverIsDrawnComesBack(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        var pixels: [UInt16] = []
        while pixels.count < 5000 {
            let length = Bool.random(using: &random) ? Int.random(in: 1...4, using: &random) : .random(in: 1...600, using: &random)
            pixels += repeatElement(UInt16.random(in: 0...3, using: &random), count: length)
        }
        let encoded = Self.encode(pixels)
        #expect(try Self.decode(encoded) == pixels)
        // Never much more than the pixels as they are.
        #expect(encoded.count <= pixels.count * 2 + pixels.count / 4)
    }

    private static func encode(_ pixels: [UInt16]) -> [UInt8] { written { InterleavedRLE.encode(pixels, into: &$0) } }

    private struct UnknownOrder: Error { let code: UInt8 }

    /// Knows regular colour runs and images in their three forms, which is all that this encoder may write.
    private static func decode(_ bytes: [UInt8]) throws -> [UInt16] {
        var pixels: [UInt16] = []
        var reader = ByteReader(bytes.span.bytes)
        while !reader.isAtEnd {
            let code = try reader.u8()
            let isRun = code == 0xF3 || code >> 5 == 3
            guard isRun || code == 0xF4 || code >> 5 == 4 else { throw UnknownOrder(code: code) }
            let length =
                if code >= 0xF0 { Int(try reader.u16le()) } else if code & 0x1F == 0 { Int(try reader.u8()) + 32 } else {
                    Int(code & 0x1F)
                }
            if isRun {
                pixels += repeatElement(try reader.u16le(), count: length)
            } else {
                for _ in 0..<length { pixels.append(try reader.u16le()) }
            }
        }
        return pixels
    }
}
