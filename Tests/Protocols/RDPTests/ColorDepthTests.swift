import PacketTestSupport
import Testing
import Wire

@testable import RDP

/// Which depth a client gets for what it says of itself (MS-RDPBCGR 2.2.1.3.2).
@Suite struct ColorDepthTests {
    /// What stands in colorDepth, postBeta2ColorDepth, highColorDepth and supportedColorDepths; nil for what is left out.
    struct Claim: Sendable {
        var old: UInt16 = 0xCA01
        var beta: UInt16?
        var high: UInt16?
        var supported: UInt16?
        var expected: ColorDepth
    }

    @Test(arguments: [
        Claim(old: 0xCA00, expected: .eight), Claim(expected: .eight), Claim(old: 0xFFFF, expected: .eight),
        Claim(beta: 0xCA01, expected: .eight), Claim(beta: 0xCA02, expected: .fifteen), Claim(beta: 0xCA03, expected: .sixteen),
        Claim(beta: 0xCA04, expected: .twentyFour), Claim(beta: 0xCA01, high: 15, expected: .fifteen),
        Claim(beta: 0xCA01, high: 4, supported: 7, expected: .eight), Claim(beta: 0xCA01, high: 8, supported: 7, expected: .eight),
        Claim(beta: 0xCA01, high: 15, supported: 7, expected: .fifteen), Claim(beta: 0xCA01, high: 16, supported: 7, expected: .sixteen),
        Claim(beta: 0xCA01, high: 24, supported: 7, expected: .twentyFour),
        // Who wants 32 says 24 and that 32 is supported.
        Claim(beta: 0xCA01, high: 24, supported: 8, expected: .twentyFour),
        Claim(beta: 0xCA01, high: 32, supported: 15, expected: .twentyFour),
        // No more than it can.
        Claim(beta: 0xCA01, high: 24, supported: 2, expected: .sixteen), Claim(beta: 0xCA01, high: 24, supported: 4, expected: .fifteen),
        Claim(beta: 0xCA01, high: 16, supported: 0, expected: .eight),
    ])
    func whatAClientGets(claim: Claim) throws {
        var bytes = ByteWriter()
        bytes.u32le(0x0008_0004)
        for value in [800, 600, claim.old, 0xAA03] { bytes.u16le(value) }
        bytes.u32le(0x409)
        bytes.u32le(2600)
        bytes.zeros(32 + 12 + 64)
        if let beta = claim.beta {
            bytes.u16le(beta)
            bytes.u16le(1)
            bytes.u32le(0)
            if let high = claim.high { bytes.u16le(high) }
            if let supported = claim.supported {
                bytes.u16le(supported)
                bytes.u16le(0)
            }
        }
        var reader = ByteReader(bytes.bytes.span.bytes)
        #expect(try ClientCore(from: &reader).bestColorDepth == claim.expected)
    }

    /// numberColors and its triplets, red first (2.2.9.1.1.3.1.1.1, 2.2.9.1.1.3.1.1.2).
    @Test func aPaletteUpdateHasEveryColour() {
        let bytes = written { Palette([.init(1, 2, 3), .init(255, 128, 0)]).encodeUpdate(into: &$0) }
        #expect(text(bytes.prefix(14)) == "02 00 00 00 00 01 00 00 01 02 03 ff 80 00")
        #expect(bytes.count == 8 + 256 * 3 && bytes[14...].allSatisfy { $0 == 0 })
    }
}
