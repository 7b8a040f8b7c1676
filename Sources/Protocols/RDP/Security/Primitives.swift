import COpenSSL

/// The hash functions that the keys and signatures of standard RDP security are made with, from libcrypto.
enum Hash {
    static func md5(_ parts: [UInt8]...) -> [UInt8] {
        var context = MD5_CTX()
        MD5_Init(&context)
        for part in parts { MD5_Update(&context, part, part.count) }
        return finish(&context)
    }

    static func sha1(_ parts: [UInt8]...) -> [UInt8] {
        var context = SHA_CTX()
        SHA1_Init(&context)
        for part in parts { SHA1_Update(&context, part, part.count) }
        return finish(&context)
    }

    static func finish(_ context: inout MD5_CTX) -> [UInt8] {
        [UInt8](unsafeUninitializedCapacity: Int(MD5_DIGEST_LENGTH)) { digest, count in
            MD5_Final(digest.baseAddress, &context)
            count = Int(MD5_DIGEST_LENGTH)
        }
    }

    static func finish(_ context: inout SHA_CTX) -> [UInt8] {
        [UInt8](unsafeUninitializedCapacity: Int(SHA_DIGEST_LENGTH)) { digest, count in
            SHA1_Final(digest.baseAddress, &context)
            count = Int(SHA_DIGEST_LENGTH)
        }
    }
}

/// The RC4 stream cipher of libcrypto, somewhere in its stream.
struct RC4 {
    private var state = RC4_KEY()

    init(key: [UInt8]) { RC4_set_key(&state, Int32(key.count), key) }

    /// Encrypts or decrypts in place, which is the same.
    mutating func apply(to bytes: UnsafeMutableRawBufferPointer) {
        guard let start = bytes.baseAddress else { return }
        let first = start.assumingMemoryBound(to: UInt8.self)
        COpenSSL.RC4(&state, bytes.count, first, first)
    }
}
