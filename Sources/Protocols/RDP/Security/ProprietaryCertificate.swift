import Wire

/// A server's public key in a certificate of Microsoft's own format (PROPRIETARYSERVERCERTIFICATE, MS-RDPBCGR
/// 2.2.1.4.3.1.1), signed with a key that everybody has (5.3.3.1.1): it proves nothing, and clients ask for it.
package enum ProprietaryCertificate {
    private static let version: UInt32 = 1
    private static let signatureAlgorithm: UInt32 = 1
    private static let keyAlgorithm: UInt32 = 1
    private static let keyBlob: UInt16 = 6
    private static let signatureBlob: UInt16 = 8
    /// "RSA1".
    private static let magic: UInt32 = 0x3141_5352
    /// Zeros behind the modulus and the signature.
    static let padding = 8
    /// Longest modulus taken: 4,096 bits.
    private static let longestModulus = 512

    static func encode(_ key: RSAPublicKey) -> [UInt8] {
        var output = ByteWriter()
        output.u32le(version)
        output.u32le(signatureAlgorithm)
        output.u32le(keyAlgorithm)
        let length = key.modulus.count + padding
        output.u16le(keyBlob)
        output.u16le(UInt16(20 + length))
        // RSA_PUBLIC_KEY (2.2.1.4.3.1.1.1); datalen is the most bytes that can be encrypted at once.
        output.u32le(magic)
        output.u32le(UInt32(length))
        output.u32le(UInt32(key.modulus.count * 8))
        output.u32le(UInt32(key.modulus.count - 1))
        output.u32le(key.exponent)
        output.append(key.modulus)
        output.zeros(padding)
        let signature = TerminalServicesKey.sign(output.bytes)
        output.u16le(signatureBlob)
        output.u16le(UInt16(signature.count + padding))
        output.append(signature)
        output.zeros(padding)
        return output.bytes
    }

    /// The key in a certificate. Its signature is not looked at.
    @_lifetime(reader: copy reader)
    package static func readKey(_ reader: inout ByteReader) throws(WireError) -> RSAPublicKey {
        // The top bit says that the certificate was issued for a time only.
        let version = try reader.u32le("dwVersion") & 0x7FFF_FFFF
        guard version == Self.version else { throw .invalid(field: "certificate version", value: UInt64(version)) }
        try reader.skip(4 + 4, "dwSigAlgId")
        let type = try reader.u16le("wPublicKeyBlobType")
        guard type == keyBlob else { throw .invalid(field: "wPublicKeyBlobType", value: UInt64(type)) }
        var blob = try reader.reader(Int(try reader.u16le("wPublicKeyBlobLen")), "PublicKeyBlob")
        let magic = try blob.u32le("magic")
        guard magic == Self.magic else { throw .invalid(field: "RSA public key magic", value: UInt64(magic)) }
        let length = Int(try blob.u32le("keylen"))
        guard padding + 64...padding + longestModulus ~= length else {
            throw .invalid(field: "RSA public key length", value: UInt64(length))
        }
        try blob.skip(4 + 4, "bitlen")
        let exponent = try blob.u32le("pubExp")
        let modulus = try blob.array(length - padding, "modulus")
        // An even or a short modulus is none, and would stop the arithmetic.
        guard modulus[0] & 1 == 1, modulus[modulus.count - 1] != 0 else {
            throw .invalid(field: "RSA modulus", value: UInt64(modulus[0]))
        }
        return RSAPublicKey(modulus: modulus, exponent: exponent)
    }
}

/// The Terminal Services signing key, which MS-RDPBCGR 5.3.3.1.1 publishes whole.
package enum TerminalServicesKey {
    package static let pair = RSAKeyPair(
        publicKey: RSAPublicKey(
            modulus: [
                0x3D, 0x3A, 0x5E, 0xBD, 0x72, 0x43, 0x3E, 0xC9, 0x4D, 0xBB, 0xC1, 0x1E, 0x4A, 0xBA, 0x5F, 0xCB,
                0x3E, 0x88, 0x20, 0x87, 0xEF, 0xF5, 0xC1, 0xE2, 0xD7, 0xB7, 0x6B, 0x9A, 0xF2, 0x52, 0x45, 0x95,
                0xCE, 0x63, 0x65, 0x6B, 0x58, 0x3A, 0xFE, 0xEF, 0x7C, 0xE7, 0xBF, 0xFE, 0x3D, 0xF6, 0x5C, 0x7D,
                0x6C, 0x5E, 0x06, 0x09, 0x1A, 0xF5, 0x61, 0xBB, 0x20, 0x93, 0x09, 0x5F, 0x05, 0x6D, 0xEA, 0x87,
            ],
            exponent: 0xC088_7B5B),
        privateExponent: [
            0x87, 0xA7, 0x19, 0x32, 0xDA, 0x11, 0x87, 0x55, 0x58, 0x00, 0x16, 0x16, 0x25, 0x65, 0x68, 0xF8,
            0x24, 0x3E, 0xE6, 0xFA, 0xE9, 0x67, 0x49, 0x94, 0xCF, 0x92, 0xCC, 0x33, 0x99, 0xE8, 0x08, 0x60,
            0x17, 0x9A, 0x12, 0x9F, 0x24, 0xDD, 0xB1, 0x24, 0x99, 0xC7, 0x3A, 0xB8, 0x0A, 0x7B, 0x0D, 0xDD,
            0x35, 0x07, 0x79, 0x17, 0x0B, 0x51, 0x9B, 0xB3, 0xC7, 0x10, 0x01, 0x13, 0xE7, 0x3F, 0xF3, 0x5F,
        ])

    /// The signature over a certificate's first fields: their hash, padded to 63 bytes (5.3.3.1.2).
    static func sign(_ fields: [UInt8]) -> [UInt8] { pair.decrypt(padded(fields)) }

    static func padded(_ fields: [UInt8]) -> [UInt8] {
        Hash.md5(fields) + [0x00] + [UInt8](repeating: 0xFF, count: 45) + [0x01]
    }
}
