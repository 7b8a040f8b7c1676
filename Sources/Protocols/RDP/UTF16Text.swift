import Wire

/// Text as RDP has it: UTF-16, little-endian, ended by a zero where the field is longer.
enum UTF16Text {
    static func decode(_ bytes: [UInt8]) -> String {
        let units = Array(
            stride(from: 0, to: bytes.count - 1, by: 2).lazy
                .map { UInt16(bytes[$0]) | UInt16(bytes[$0 + 1]) << 8 }
                .prefix { $0 != 0 })
        // The library is ten times as fast with the bytes of ASCII as with other code units.
        guard units.contains(where: { $0 > 0x7F }) else {
            return String(decoding: units.map { UInt8(truncatingIfNeeded: $0) }, as: UTF8.self)
        }
        return String(decoding: units, as: UTF16.self)
    }

    static func encode(_ text: String) -> [UInt8] {
        text.utf16.flatMap { [UInt8(truncatingIfNeeded: $0), UInt8(truncatingIfNeeded: $0 >> 8)] }
    }
}
