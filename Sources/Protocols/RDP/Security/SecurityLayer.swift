import COpenSSL
import Wire

/// Encrypts and signs what one end of a connection sends, decrypts and checks what it receives (MS-RDPBCGR 5.3.6, 5.3.7).
/// An object, because what is sent moves the cipher on.
package final class SecurityLayer {
    let level: EncryptionLevel
    /// Whether what is sent is signed with the number of what was sent before (5.3.6.1.1): where both ends said that they
    /// can.
    var saltsSignatures = false
    private let method: EncryptionMethod
    private let signingKey: [UInt8]
    private var outgoing: Direction
    private var incoming: Direction

    static let signatureLength = 8

    package init(_ keys: SessionKeys, _ method: EncryptionMethod, _ level: EncryptionLevel, asServer: Bool) {
        self.level = level
        self.method = method
        signingKey = keys.signing
        outgoing = Direction(key: asServer ? keys.serverEncryption : keys.clientEncryption)
        incoming = Direction(key: asServer ? keys.clientEncryption : keys.serverEncryption)
    }

    /// Writes a security header and what `body` writes: encrypted and signed, or under a basic header alone.
    func write(_ flags: UInt16, encrypted: Bool, _ output: inout ByteWriter, _ body: (inout ByteWriter) -> Void) {
        guard encrypted else {
            SecurityHeader(flags: flags).encode(into: &output)
            return body(&output)
        }
        let checksum = saltsSignatures ? SecurityHeader.secureChecksum : 0
        SecurityHeader(flags: flags | SecurityHeader.encrypt | checksum).encode(into: &output)
        writeSealed(&output, body)
    }

    /// Writes the signature and the cipher text of what `body` writes.
    package func writeSealed(_ output: inout ByteWriter, _ body: (inout ByteWriter) -> Void) {
        let start = output.count
        output.zeros(Self.signatureLength)
        body(&output)
        output.update(from: start) { bytes in
            let data = UnsafeMutableRawBufferPointer(rebasing: bytes[Self.signatureLength...])
            let signature = sign(UnsafeRawBufferPointer(data), count: saltsSignatures ? outgoing.total : nil)
            outgoing.apply(to: data, method)
            bytes.copyBytes(from: signature)
        }
    }

    /// Reads a signature and the cipher text up to the end.
    ///
    /// - Throws: where the signature is not that of the text.
    @_lifetime(reader: copy reader)
    package func readSealed(salted: Bool, _ reader: inout ByteReader) throws(WireError) -> [UInt8] {
        let signature = try reader.array(Self.signatureLength, "dataSignature")
        var data = try reader.array(reader.remaining)
        let count = incoming.total
        data.withUnsafeMutableBytes { incoming.apply(to: $0, method) }
        let expected = data.withUnsafeBytes { sign($0, count: salted ? count : nil) }
        guard expected.elementsEqual(signature) else {
            throw .invalid(field: "MAC signature", value: UInt64(signature[0]))
        }
        return data
    }

    /// The first 64 bits of a message's authentication code (5.3.6.1).
    private func sign(_ data: UnsafeRawBufferPointer, count: UInt32?) -> ArraySlice<UInt8> {
        var sha = SHA_CTX()
        SHA1_Init(&sha)
        SHA1_Update(&sha, signingKey, signingKey.count)
        SHA1_Update(&sha, SessionKeys.Pad.first, SessionKeys.Pad.first.count)
        var length = UInt32(data.count).littleEndian
        SHA1_Update(&sha, &length, 4)
        SHA1_Update(&sha, data.baseAddress, data.count)
        if var count = count?.littleEndian { SHA1_Update(&sha, &count, 4) }
        return Hash.md5(signingKey, SessionKeys.Pad.second, Hash.finish(&sha)).prefix(Self.signatureLength)
    }

    /// One direction's cipher, which takes a new key every ``packetsAKey`` packets (5.3.7).
    private struct Direction {
        private static let packetsAKey = 4096

        private let initialKey: [UInt8]
        private var key: [UInt8]
        private var cipher: RC4
        private var sinceUpdate = 0
        /// Packets so far, over all keys.
        private(set) var total: UInt32 = 0

        init(key: [UInt8]) {
            initialKey = key
            self.key = key
            cipher = RC4(key: key)
        }

        mutating func apply(to data: UnsafeMutableRawBufferPointer, _ method: EncryptionMethod) {
            if sinceUpdate == Self.packetsAKey {
                key = SessionKeys.update(key, initial: initialKey, method)
                cipher = RC4(key: key)
                sinceUpdate = 0
            }
            cipher.apply(to: data)
            sinceUpdate += 1
            total &+= 1
        }
    }
}
