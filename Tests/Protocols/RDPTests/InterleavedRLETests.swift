import Random
import PacketTestSupport
import Testing
import Wire

@testable import RDP

/// The encoder against a decoder written from MS-RDPBCGR 2.2.9.1.1.3.1.2.4 alone, in every depth.
@Suite struct InterleavedRLETests {
    /// Colours of which no two are the same in any depth: 5 bits hold what tells them apart.
    private static let palette = Palette((0..<256).map { .init(UInt8($0 & 7) << 5, UInt8($0 >> 3 & 7) << 5, UInt8($0 >> 6) << 6) })

    @Test(arguments: ColorDepth.allCases, [1, 2, 3, 31, 32, 33, 287, 288, 289, 4096, 0xFFFF, 0x1_0000, 0x1_0003])
    func aPlainAreaOfAnySizeComesBack(depth: ColorDepth, count: Int) throws {
        try Self.expectBack([UInt8](repeating: 0xAB, count: count), depth)
    }

    @Test(arguments: ColorDepth.allCases, [1, 2, 31, 32, 287, 288, 0xFFFF, 0x1_0000, 0x1_0001])
    func anAreaWithoutRunsComesBack(depth: ColorDepth, count: Int) throws {
        try Self.expectBack((0..<count).map { UInt8(truncatingIfNeeded: $0) }, depth)
    }

    @Test func nothingIsNothing() { #expect(Self.encode([], .sixteen).isEmpty) }

    @Test func ordersHaveTheSpecificationsForms() {
        let depth = ColorDepth.eight
        // Pixels, a run worth its order, pixels.
        #expect(text(Self.encode([1, 1, 2, 7, 7, 7, 3], depth)) == text(hex("83 01 01 02 63 07 81 03")))
        // The first length beyond five bits.
        #expect(text(Self.encode([UInt8](repeating: 9, count: 32), depth)) == text(hex("60 00 09")))
        #expect(text(Self.encode([UInt8](repeating: 9, count: 287), depth)) == text(hex("60 FF 09")))
        #expect(text(Self.encode([UInt8](repeating: 9, count: 288), depth)) == text(hex("F3 20 01 09")))
    }

    /// A plain tile of pure orange, as RGB 5-5-5, 5-6-5 and 8-8-8 have it (2.2.9.1.1.3.1.2.2): blue is the lowest.
    @Test(arguments: [
        (ColorDepth.eight, "f3 00 10 00"), (.fifteen, "f3 00 10 00 7e"), (.sixteen, "f3 00 10 00 fc"),
        (.twentyFour, "f3 00 10 00 80 ff"),
    ])
    func aPlainTileIsOneOrder(depth: ColorDepth, bytes: String) {
        let orange = Palette([.init(255, 128, 0)])
        let tile = [UInt8](repeating: 0, count: 64 * 64)
        #expect(text(written { InterleavedRLE.encode(tile, orange, depth, into: &$0) }) == bytes)
    }

    @Test(arguments: ColorDepth.allCases, 0..<100 as Range<UInt64>)
    func whateverIsDrawnComesBack(depth: ColorDepth, seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        var pixels: [UInt8] = []
        while pixels.count < 5000 {
            let length = Bool.random(using: &random) ? Int.random(in: 1...4, using: &random) : .random(in: 1...600, using: &random)
            let noise = Bool.random(using: &random)
            for _ in 0..<length { pixels.append(noise ? .random(in: 0...255, using: &random) : 3) }
        }
        try Self.expectBack(pixels, depth)
    }

    /// The worst for the encoder: what is no run in heads as long as they get, runs as short as they are worth.
    @Test(arguments: ColorDepth.allCases, [1, 31, 32, 33, 287, 288, 300])
    func headsNeverOutgrowTheRoomForThem(depth: ColorDepth, literal: Int) throws {
        let piece = (0..<literal).map { UInt8(1 + $0 % 2) } + [0, 0, 0]
        try Self.expectBack((0..<40).flatMap { _ in piece }, depth)
    }

    private static func expectBack(_ pixels: [UInt8], _ depth: ColorDepth) throws {
        let encoded = encode(pixels, depth)
        let bytes = [8: 1, 15: 2, 16: 2, 24: 3][depth.rawValue, default: 0]
        let decoded = try decode(encoded, bytes)
        #expect(decoded == pixels.map { value(of: $0, depth) })
        // Never much more than the pixels as they are.
        #expect(encoded.count <= pixels.count * bytes + pixels.count / 31 + 9)
    }

    private static func encode(_ pixels: [UInt8], _ depth: ColorDepth) -> [UInt8] {
        written { InterleavedRLE.encode(pixels, palette, depth, into: &$0) }
    }

    /// What a pixel must come out as: divided by what a depth drops of a colour, and put together by multiplication.
    private static func value(of pixel: UInt8, _ depth: ColorDepth) -> UInt32 {
        let color = palette.colors[Int(pixel)]
        let (red, green, blue) = (UInt32(color.red), UInt32(color.green), UInt32(color.blue))
        return switch depth {
        case .eight: UInt32(pixel)
        case .fifteen: red / 8 * 1024 + green / 8 * 32 + blue / 8
        case .sixteen: red / 8 * 2048 + green / 4 * 32 + blue / 8
        case .twentyFour: red * 65536 + green * 256 + blue
        }
    }

    private struct UnknownOrder: Error { let code: UInt8 }

    /// Knows regular colour runs and images in their three forms, which is all that this encoder may write.
    private static func decode(_ encoded: [UInt8], _ bytes: Int) throws -> [UInt32] {
        var pixels: [UInt32] = []
        var reader = ByteReader(encoded.span.bytes)
        while !reader.isAtEnd {
            let code = try reader.u8()
            let isRun = code == 0xF3 || code >> 5 == 3
            guard isRun || code == 0xF4 || code >> 5 == 4 else { throw UnknownOrder(code: code) }
            let length =
                if code >= 0xF0 { Int(try reader.u16le()) } else if code & 0x1F == 0 { Int(try reader.u8()) + 32 } else {
                    Int(code & 0x1F)
                }
            if isRun {
                pixels += repeatElement(try pixel(of: bytes, &reader), count: length)
            } else {
                for _ in 0..<length { pixels.append(try pixel(of: bytes, &reader)) }
            }
        }
        return pixels
    }

    private static func pixel(of bytes: Int, _ reader: inout ByteReader) throws -> UInt32 {
        var value: UInt32 = 0
        for place in 0..<bytes { value |= UInt32(try reader.u8()) << (place * 8) }
        return value
    }
}
