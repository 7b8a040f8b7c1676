/// How standard RDP security encrypts (encryptionMethod, MS-RDPBCGR 2.2.1.4.3). FIPS is not among them.
public enum EncryptionMethod: UInt32, Sendable, CaseIterable {
    case none = 0
    case rc4With40Bits = 0x01
    case rc4With56Bits = 0x08
    case rc4With128Bits = 0x02

    /// The flags of every method, as a client offers them (2.2.1.3.3).
    static let everyFlag = allCases.reduce(0) { $0 | $1.rawValue }

    /// The strongest method among a client's flags.
    static func strongest(of flags: UInt32) -> EncryptionMethod {
        [.rc4With128Bits, .rc4With56Bits, .rc4With40Bits].first { flags & $0.rawValue != 0 } ?? .none
    }

    /// Bytes of the keys that are kept (5.3.5.1): 64 bits of which some are then fixed, or 128.
    var keyLength: Int { self == .rc4With128Bits ? 16 : 8 }

    /// What the first bytes of a key are fixed to, to weaken it.
    var salt: [UInt8] {
        switch self {
        case .rc4With40Bits: [0xD1, 0x26, 0x9E]
        case .rc4With56Bits: [0xD1]
        case .none, .rc4With128Bits: []
        }
    }

    /// The key of this method's strength that begins a longer one.
    func weakened(_ key: [UInt8]) -> [UInt8] { salt + key[salt.count..<keyLength] }
}

/// What is encrypted, and how well at least (encryptionLevel, MS-RDPBCGR 2.2.1.4.3, 5.3.1).
public enum EncryptionLevel: UInt32, Sendable, CaseIterable {
    case none = 0
    /// Only what the client sends, as well as it can.
    case low = 1
    /// Both ways, as well as the client can.
    case clientCompatible = 2
    /// Both ways, with 128 bits.
    case high = 3

    /// The method for a client that can what `flags` say; nil where it can too little. Clients that offer nothing at all
    /// get it, except at the high level.
    func method(for flags: UInt32) -> EncryptionMethod? {
        switch self {
        case .none: .some(.none)
        case .low, .clientCompatible: EncryptionMethod.strongest(of: flags)
        case .high: EncryptionMethod.strongest(of: flags) == .rc4With128Bits ? .rc4With128Bits : nil
        }
    }
}
