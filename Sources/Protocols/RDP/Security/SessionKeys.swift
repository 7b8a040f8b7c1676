/// The three keys that both ends derive from their random numbers (MS-RDPBCGR 5.3.5.1).
package struct SessionKeys: Equatable {
    var signing: [UInt8]
    var serverEncryption: [UInt8]
    var clientEncryption: [UInt8]

    static let randomLength = 32
    private static let preMasterPart = 24

    package init(_ method: EncryptionMethod, clientRandom: [UInt8], serverRandom: [UInt8]) {
        func salted(_ secret: [UInt8], _ letter: UInt8) -> [UInt8] {
            (1...3).flatMap { count in
                let prefix = [UInt8](repeating: letter + UInt8(count - 1), count: count)
                return Hash.md5(secret, Hash.sha1(prefix, secret, clientRandom, serverRandom))
            }
        }
        let preMaster = Array(clientRandom.prefix(Self.preMasterPart) + serverRandom.prefix(Self.preMasterPart))
        // "A", "BB", "CCC" make the master secret, "X", "YY", "ZZZ" the keys.
        let blob = salted(salted(preMaster, 0x41), 0x58)
        signing = method.weakened(Array(blob[0..<16]))
        serverEncryption = method.weakened(Hash.md5(Array(blob[16..<32]), clientRandom, serverRandom))
        clientEncryption = method.weakened(Hash.md5(Array(blob[32..<48]), clientRandom, serverRandom))
    }

    /// The key that takes over from `current` (5.3.7.1).
    static func update(_ current: [UInt8], initial: [UInt8], _ method: EncryptionMethod) -> [UInt8] {
        let digest = Hash.md5(initial, Pad.second, Hash.sha1(initial, Pad.first, current))
        let temporary = Array(digest.prefix(method.keyLength))
        var key = temporary
        var cipher = RC4(key: temporary)
        key.withUnsafeMutableBytes { cipher.apply(to: $0) }
        return method.weakened(key)
    }

    /// The paddings of 5.3.6.1 and 5.3.7.1.
    enum Pad {
        static let first = [UInt8](repeating: 0x36, count: 40)
        static let second = [UInt8](repeating: 0x5C, count: 48)
    }
}
