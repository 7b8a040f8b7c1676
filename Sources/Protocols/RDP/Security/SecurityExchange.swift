import Wire

/// The client's random number on its way to the server (TS_SECURITY_PACKET, MS-RDPBCGR 2.2.1.10.1), without the
/// security header.
package enum SecurityExchange {
    static func encode(random: [UInt8], for key: RSAPublicKey, into output: inout ByteWriter) {
        let encrypted = key.encrypt(random)
        output.u32le(UInt32(encrypted.count + ProprietaryCertificate.padding))
        output.append(encrypted)
        output.zeros(ProprietaryCertificate.padding)
    }

    /// Reads and decrypts the random number.
    @_lifetime(reader: copy reader)
    package static func readRandom(with key: RSAKeyPair, _ reader: inout ByteReader) throws(WireError) -> [UInt8] {
        let length = Int(try reader.u32le("encrypted client random length"))
        let modulusLength = key.publicKey.modulus.count
        guard length == modulusLength + ProprietaryCertificate.padding else {
            throw .invalid(field: "encrypted client random length", value: UInt64(length))
        }
        return Array(key.decrypt(try reader.array(modulusLength, "encryptedClientRandom")).prefix(SessionKeys.randomLength))
    }
}
