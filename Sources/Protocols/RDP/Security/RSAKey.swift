import COpenSSL

/// A public RSA key as the protocol uses it: raw, without padding, on little-endian integers (MS-RDPBCGR 5.3.4.1).
package struct RSAPublicKey: Equatable, Sendable {
    /// Little-endian, like all numbers here.
    package var modulus: [UInt8]
    var exponent: UInt32

    package func encrypt(_ message: [UInt8]) -> [UInt8] {
        RSAArithmetic.power(message, withUnsafeBytes(of: exponent.littleEndian) { [UInt8]($0) }, modulus: modulus)
    }
}

/// An RSA key pair.
package struct RSAKeyPair: Sendable {
    var publicKey: RSAPublicKey
    var privateExponent: [UInt8]

    init(publicKey: RSAPublicKey, privateExponent: [UInt8]) {
        self.publicKey = publicKey
        self.privateExponent = privateExponent
    }

    /// Makes a new pair with the public exponent 65537; nil where libcrypto cannot.
    init?(generating bits: Int) {
        guard let pair = openssl_generate_rsa(bits) else { return nil }
        defer { EVP_PKEY_free(pair) }
        guard let modulus = RSAArithmetic.number(OSSL_PKEY_PARAM_RSA_N, of: pair, length: bits / 8),
            let privateExponent = RSAArithmetic.number(OSSL_PKEY_PARAM_RSA_D, of: pair, length: bits / 8)
        else { return nil }
        self.init(publicKey: RSAPublicKey(modulus: modulus, exponent: 65537), privateExponent: privateExponent)
    }

    func decrypt(_ message: [UInt8]) -> [UInt8] {
        RSAArithmetic.power(message, privateExponent, modulus: publicKey.modulus)
    }
}

private enum RSAArithmetic {
    /// `base` to the power of `exponent`, as long as the modulus; zeros where the modulus is none.
    static func power(_ base: [UInt8], _ exponent: [UInt8], modulus: [UInt8]) -> [UInt8] {
        let context = BN_CTX_new()
        let numbers = [base, exponent, modulus].map { (bytes: [UInt8]) in BN_lebin2bn(bytes, Int32(bytes.count), nil) }
        let result = BN_new()
        defer {
            for number in numbers { BN_clear_free(number) }
            BN_clear_free(result)
            BN_CTX_free(context)
        }
        BN_set_flags(numbers[1], BN_FLG_CONSTTIME)
        var bytes = [UInt8](repeating: 0, count: modulus.count)
        if BN_mod_exp(result, numbers[0], numbers[1], numbers[2], context) == 1 {
            BN_bn2lebinpad(result, &bytes, Int32(bytes.count))
        }
        return bytes
    }

    static func number(_ name: String, of key: OpaquePointer, length: Int) -> [UInt8]? {
        var number: OpaquePointer?
        guard EVP_PKEY_get_bn_param(key, name, &number) == 1 else { return nil }
        defer { BN_clear_free(number) }
        var bytes = [UInt8](repeating: 0, count: length)
        return BN_bn2lebinpad(number, &bytes, Int32(length)) == Int32(length) ? bytes : nil
    }
}
