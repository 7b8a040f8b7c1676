import PacketTestSupport
import Testing
import Wire

@testable import RDP

/// X.224, MCS and GCC against literal bytes.
@Suite struct ConnectionBytesTests {
    /// MS-RDPBCGR 4.1.1, but for its routing token's place.
    @Test func readsAConnectionRequestWithCookieAndNegotiation() throws {
        let bytes = hex(
            """
            03 00 00 2C 27 E0 00 00 00 00 00 43 6F 6F 6B 69 65 3A 20 6D 73 74 73 68 61 73 68 3D
            65 6C 74 6F 6E 73 0D 0A 01 00 08 00 00 00 00 00
            """)
        let request = try Self.request(bytes)
        #expect(request == ConnectionRequest(cookie: "eltons", offered: []))
        #expect(text(written { request.encode(into: &$0) }) == text(bytes))
    }

    @Test func readsConnectionRequestsThatSayLess() throws {
        #expect(try Self.request(hex("03 00 00 0B 06 E0 00 00 00 00 00")) == ConnectionRequest(cookie: nil, offered: nil))
        // As rdesktop asks: TLS and NLA, no cookie.
        #expect(
            try Self.request(hex("03 00 00 13 0E E0 00 00 00 00 00 01 00 08 00 03 00 00 00"))
                == ConnectionRequest(cookie: nil, offered: [.tls, .credSSP]))
        // A routing token means nothing here.
        #expect(
            try Self.request(hex("03 00 00 0F 0A E0 00 00 00 00 00 54 73 0D 0A"))
                == ConnectionRequest(cookie: nil, offered: nil))
    }

    @Test(arguments: [
        // No connection request; a length that is not what is there; a negotiation request of another length.
        ("03 00 00 0B 06 D0 00 00 00 00 00", WireError.invalid(field: "X.224 code", value: 0xD0)),
        ("03 00 00 0B 07 E0 00 00 00 00 00", .invalid(field: "X.224 length", value: 7)),
        ("03 00 00 13 0E E0 00 00 00 00 00 01 00 09 00 00 00 00 00", .invalid(field: "RDP_NEG_REQ length", value: 9)),
        // A line without an end.
        ("03 00 00 0D 08 E0 00 00 00 00 00 43 6F", .truncated(field: "cookie", needed: 1, available: 0)),
    ]) func refusesConnectionRequests(bytes: String, error: WireError) {
        #expect(throws: error) { try Self.request(hex(bytes)) }
    }

    @Test func writesAndReadsConnectionConfirms() throws {
        // MS-RDPBCGR 4.1.2 with flag 1 for extended client data; without a negotiation; a refusal.
        let table: [(ConnectionConfirm.Negotiation, String)] = [
            (.selected([], extendedClientData: true), "03 00 00 13 0E D0 00 00 12 34 00 02 01 08 00 00 00 00 00"),
            (.selected(.tls, extendedClientData: false), "03 00 00 13 0E D0 00 00 12 34 00 02 00 08 00 01 00 00 00"),
            (.absent, "03 00 00 0B 06 D0 00 00 12 34 00"),
            (.failure(5), "03 00 00 13 0E D0 00 00 12 34 00 03 00 08 00 05 00 00 00"),
        ]
        for (negotiation, bytes) in table {
            #expect(text(written { ConnectionConfirm(negotiation).encode(into: &$0) }) == text(hex(bytes)))
            let body = Array(hex(bytes).dropFirst(4))
            var reader = ByteReader(body.span.bytes)
            let read = try ConnectionConfirm(from: &reader).negotiation
            #expect(read == negotiation)
        }
    }

    @Test(arguments: [
        (0, "00"), (0x7F, "7F"), (0x80, "80 80"), (0xFF, "80 FF"), (0x100, "81 00"), (0x3FFF, "BF FF"),
    ]) func writesAndReadsPERLengths(length: Int, bytes: String) throws {
        #expect(text(written { PER.writeLength(length, &$0) }) == text(hex(bytes)))
        let encoded = hex(bytes)
        var reader = ByteReader(encoded.span.bytes)
        let read = try PER.readLength(&reader)
        #expect(read == length)
    }

    @Test func refusesFragmentedPERLengths() {
        #expect(throws: WireError.invalid(field: "PER length", value: 0xC1)) {
            let encoded = hex("C1 00")
            var reader = ByteReader(encoded.span.bytes)
            _ = try PER.readLength(&reader)
        }
    }

    @Test(arguments: [
        (0, "02 01 00"), (0x7F, "02 01 7F"), (0x80, "02 02 00 80"), (0x0420, "02 02 04 20"),
        (0xFFF8, "02 03 00 FF F8"),
    ])
    func writesBERIntegersWithoutASign(value: UInt16, bytes: String) {
        #expect(text(written { BER.writeInteger(value, &$0) }) == text(hex(bytes)))
    }

    /// Laid out as MS-RDPBCGR 4.1.4, with the lengths that our shorter blocks make.
    @Test func writesAConnectResponse() throws {
        var blocks = ServerBlocks()
        blocks.channels = [1004, 1005, 1006]
        blocks.messageChannel = 1007
        let encoded = written { blocks.encode(into: &$0) }
        #expect(
            text(encoded)
                == text(
                    hex(
                        """
                        01 0C 0C 00 04 00 08 00 00 00 00 00
                        03 0C 10 00 EB 03 03 00 EC 03 ED 03 EE 03 00 00
                        04 0C 06 00 EF 03
                        02 0C 0C 00 00 00 00 00 00 00 00 00
                        """)))
        let response = written { ConnectResponse.encode(userData: Conference.encodeResponse(encoded), into: &$0) }
        #expect(
            text(response)
                == text(
                    hex(
                        """
                        7F 66 68
                        0A 01 00 02 01 00
                        30 1A 02 01 16 02 01 03 02 01 00 02 01 01 02 01 00 02 01 01 02 03 00 FF F8 02 01 02
                        04 44 00 05 00 14 7C 00 01 3C 14 76 0A 01 01 00 01 C0 00 4D 63 44 6E 2E
                        """) + encoded))
        var reader = ByteReader(response.span.bytes)
        var userData = try ConnectResponse.readUserData(&reader)
        var settings = try Conference.readResponse(&userData)
        let read = try ServerBlocks(from: &settings)
        #expect(read == blocks)
    }

    /// 31 channels push the user data over 127 bytes, where every length takes its longer form but GCC's own, which is
    /// then that of Microsoft's servers, wrong and of one octet.
    @Test func aLongConnectResponseHasLongLengths() throws {
        var blocks = ServerBlocks()
        blocks.channels = (1004..<1035).map { UInt16($0) }
        let encoded = written { blocks.encode(into: &$0) }
        #expect(encoded.count == 12 + 12 + 8 + 64)
        blocks.messageChannel = 1035
        let longer = written { blocks.encode(into: &$0) } + hex("05 0C 20 00") + Array(repeating: 0, count: 28)
        let response = written { ConnectResponse.encode(userData: Conference.encodeResponse(longer), into: &$0) }
        #expect(text(response.prefix(5)) == "7f 66 82 00 c3")
        #expect(text(response[39..<43]) == "04 82 00 9d")
        #expect(text(response[50..<52]) == "2a 14")
        #expect(text(response[64..<66]) == "80 86")
        var reader = ByteReader(response.span.bytes)
        var userData = try ConnectResponse.readUserData(&reader)
        var settings = try Conference.readResponse(&userData)
        let read = try ServerBlocks(from: &settings)
        #expect(read == blocks)
    }

    @Test func writesAndReadsDomainPDUs() throws {
        let table: [(DomainPDU, String)] = [
            (.erectDomain, "03 00 00 0C 02 F0 80 04 01 00 01 00"),
            (.attachUserRequest, "03 00 00 08 02 F0 80 28"),
            (.attachUserConfirm(user: 1007), "03 00 00 0B 02 F0 80 2E 00 00 06"),
            (.channelJoinRequest(user: 1007, channel: 1003), "03 00 00 0C 02 F0 80 38 00 06 03 EB"),
            (.channelJoinConfirm(user: 1007, channel: 1003), "03 00 00 0F 02 F0 80 3E 00 00 06 03 EB 03 EB"),
            (.disconnectProviderUltimatum(reason: 3), "03 00 00 09 02 F0 80 21 80"),
        ]
        for (pdu, bytes) in table {
            #expect(text(written { pdu.encode(into: &$0) }) == text(hex(bytes)))
            let body = Array(hex(bytes).dropFirst(7))
            var reader = ByteReader(body.span.bytes)
            let read = try DomainPDU(from: &reader)
            #expect(read == pdu)
        }
    }

    private static func request(_ bytes: [UInt8]) throws -> ConnectionRequest {
        let body = Array(bytes.dropFirst(4))
        var reader = ByteReader(body.span.bytes)
        return try ConnectionRequest(from: &reader)
    }
}
