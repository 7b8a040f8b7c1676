import PacketTestSupport
import Testing
import Wire

@testable import RDP

@Suite struct ClientInfoTests {
    private static let sample: ClientInfo = {
        var info = ClientInfo()
        info.domain = "L"
        info.user = "ab"
        return info
    }()

    /// Five texts with their terminators behind flags and counts.
    private static let textsLength = 8 + 10 + 4 + 6 + 3 * 2

    @Test func writesEveryFieldUpToTheReservedOnes() {
        let bytes = written { Self.sample.encode(into: &$0) }
        #expect(
            text(bytes.prefix(Self.textsLength))
                == text(
                    hex(
                        """
                        00 00 00 00 73 01 00 00 02 00 04 00 00 00 00 00 00 00
                        4C 00 00 00 61 00 62 00 00 00 00 00 00 00 00 00
                        """)))
        let extended = Array(bytes.dropFirst(Self.textsLength))
        // Family, address, directory; time zone and session; performance flags, no cookie, reserved.
        #expect(text(extended.prefix(10)) == "02 00 02 00 00 00 02 00 00 00")
        #expect(extended[10..<(10 + 172 + 4)].allSatisfy { $0 == 0 })
        #expect(text(extended.dropFirst(10 + 172 + 4)) == "0f 00 00 00 00 00 00 00 00 00")
    }

    /// INFO_AUTOLOGON, 8: who gives no password would be asked for it.
    @Test func logsOnByItselfWithAPasswordOnly() {
        var info = Self.sample
        info.password = "x"
        #expect(text(written { info.encode(into: &$0) }[4..<8]) == "7b 01 00 00")
    }

    @Test func readsWhatIsThereOfTheExtendedPart() throws {
        let whole = written { Self.sample.encode(into: &$0) }
        for length in Self.textsLength...whole.count { #expect(try Self.read(Array(whole.prefix(length))) == Self.sample) }
        for length in 0..<Self.textsLength {
            #expect(throws: WireError.self) { try Self.read(Array(whole.prefix(length))) }
        }
    }

    @Test func keepsTheCookie() throws {
        var info = Self.sample
        info.autoReconnectCookie = (0..<28).map { $0 }
        #expect(try Self.read(written { info.encode(into: &$0) }) == info)
    }

    @Test func readsTextThatIsNotUnicode() throws {
        let info = try Self.read(hex("00 00 00 00 00 00 00 00 01 00 02 00 01 00 00 00 00 00 4C 00 61 62 00 70 00 00 00"))
        #expect(info.domain == "L")
        #expect(info.user == "ab")
        #expect(info.password == "p")
    }

    @Test func refusesTextThatIsTooLong() {
        #expect(throws: WireError.invalid(field: "text length", value: 514)) {
            try Self.read(hex("00 00 00 00 10 00 00 00 02 02 00 00 00 00 00 00 00 00"))
        }
    }

    private static func read(_ bytes: [UInt8]) throws -> ClientInfo {
        var reader = ByteReader(bytes.span.bytes)
        return try ClientInfo(from: &reader)
    }
}
