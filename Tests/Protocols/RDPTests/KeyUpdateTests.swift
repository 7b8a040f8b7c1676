import PacketTestSupport
import Testing
import Wire

@testable import RDP

/// When a key is updated and to what (MS-RDPBCGR 5.3.7), against figures that another program computed: Python's hashlib and
/// an RC4 written for it, whose first figure is RFC 6229's.
@Suite struct KeyUpdateTests {
    private struct Vector {
        var method: EncryptionMethod
        var key: String
        /// The cipher text of four zero bytes by the packet's number: before and after each of two updates.
        var packets: [(number: Int, cipherText: String)]
    }

    private static let vectors = [
        Vector(
            method: .rc4With128Bits, key: "0102030405060708090a0b0c0d0e0f10",
            packets: [(0, "9ac7cc9a"), (4095, "de06d332"), (4096, "ca77a419"), (8191, "55f575fc"), (8192, "1da9d8e9")]),
        Vector(
            method: .rc4With56Bits, key: "d102030405060708",
            packets: [(0, "deccae10"), (4095, "6060f1c7"), (4096, "12c02e19"), (8191, "275cabbe"), (8192, "a5067df4")]),
        Vector(
            method: .rc4With40Bits, key: "d1269e0405060708",
            packets: [(0, "617a60ba"), (4095, "38c79848"), (4096, "809684cc"), (8191, "82b52009"), (8192, "718226dc")]),
    ]

    @Test(arguments: 0..<3, [false, true]) func theKeyIsUpdatedAfter4096Packets(index: Int, asServer: Bool) {
        let vector = Self.vectors[index]
        let key = hex(vector.key)
        let random = [UInt8](repeating: 0, count: 32)
        var keys = SessionKeys(vector.method, clientRandom: random, serverRandom: random)
        (keys.serverEncryption, keys.clientEncryption) = (key, key)
        let layer = SecurityLayer(keys, vector.method, .high, asServer: asServer)
        var expected = vector.packets[...]
        for number in 0...8192 {
            let sealed = written { layer.writeSealed(&$0) { $0.u32le(0) } }
            guard let next = expected.first, next.number == number else { continue }
            #expect(text(Array(sealed.dropFirst(SecurityLayer.signatureLength))) == text(hex(next.cipherText)), "packet \(number)")
            expected.removeFirst()
        }
        #expect(expected.isEmpty)
    }
}
