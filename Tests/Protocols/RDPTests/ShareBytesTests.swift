import PacketTestSupport
import Testing
import Wire

@testable import RDP

/// What is said inside the share, and on the channels, against literal bytes.
@Suite struct ShareBytesTests {
    @Test func licensingSaysValidClient() throws {
        // MS-RDPBCGR 2.2.1.12: security header, preamble, STATUS_VALID_CLIENT, ST_NO_TRANSITION, an empty blob.
        let bytes = hex("80 00 00 00 FF 03 10 00 07 00 00 00 02 00 00 00 04 00 00 00")
        #expect(
            text(
                written {
                    SecurityHeader(flags: SecurityHeader.license).encode(into: &$0)
                    Licensing.encodeValidClient(into: &$0)
                }) == text(bytes))
        #expect(try Self.readIsDone(bytes))
        #expect(throws: WireError.invalid(field: "licensing error code", value: 6)) {
            _ = try Self.readIsDone(hex("80 00 00 00 FF 03 10 00 06 00 00 00 02 00 00 00 04 00 00 00"))
        }
        // A licence request is none; a new licence is nothing that was asked for.
        #expect(try !Self.readIsDone(hex("80 00 00 00 01 03 10 00")))
        #expect(throws: WireError.invalid(field: "licensing message type", value: 3)) {
            _ = try Self.readIsDone(hex("80 00 00 00 03 03 10 00"))
        }
    }

    private static func readIsDone(_ bytes: [UInt8]) throws -> Bool {
        var reader = ByteReader(bytes.span.bytes)
        _ = try SecurityHeader(from: &reader)
        return try Licensing.readIsDone(&reader)
    }

    @Test func theFontMapIsTheSpecifications() {
        // 4.1.20 but for the share id: no fonts, first and last, entries of four bytes.
        #expect(
            text(written { Activation.encodeFontMap(into: &$0) })
                == text(
                    hex(
                        "1A 00 17 00 EA 03 EA 03 01 00 00 01 0C 00 28 00 00 00 00 00 00 00 03 00 04 00")))
    }

    @Test func synchronizeAndControlAreTheSpecifications() {
        #expect(
            text(written { Activation.encodeSynchronize(source: 1007, target: 1002, into: &$0) })
                == text(
                    hex(
                        "16 00 17 00 EF 03 EA 03 01 00 00 01 08 00 1F 00 00 00 01 00 EA 03")))
        #expect(
            text(written { Activation.encodeControl(Activation.grantedControl, grant: 1007, source: 1002, into: &$0) })
                == text(hex("1A 00 17 00 EA 03 EA 03 01 00 00 01 0C 00 14 00 00 00 02 00 EF 03 EA 03 00 00")))
    }

    @Test func endingSaysWhyAndDisconnects() throws {
        var pair = try Pair.active()
        pair.server.end(.administratorDisconnected, output: &pair.toClient)
        #expect(
            text(pair.toClient.bytes)
                == text(
                    hex(
                        """
                        03 00 00 25 02 F0 80 68 00 01 03 EB 70 80 16
                        16 00 17 00 EA 03 EA 03 01 00 00 01 08 00 2F 00 00 00 01 00 00 00
                        03 00 00 09 02 F0 80 20 80
                        """)))
    }

    @Test func aUsersLogoffIsSaidToBeHis() throws {
        var pair = try Pair.active()
        pair.server.end(.loggedOffByUser, output: &pair.toClient)
        #expect(text(pair.toClient.bytes.suffix(9)) == text(hex("03 00 00 09 02 F0 80 21 80")))
    }

    @Test func suppressOutputNamesTheDesktopWhenItIsShownAgain() throws {
        var pair = try Pair.active()
        pair.client.sendSuppressOutput(true, output: &pair.toServer)
        #expect(
            text(pair.toServer.bytes.dropFirst(15))
                == text(
                    hex(
                        "16 00 17 00 EF 03 EA 03 01 00 00 01 08 00 23 00 00 00 00 00 00 00")))
        pair.toServer.removeAll()
        pair.client.sendSuppressOutput(false, output: &pair.toServer)
        #expect(
            text(pair.toServer.bytes.dropFirst(15))
                == text(
                    hex(
                        "1E 00 17 00 EF 03 EA 03 01 00 00 01 10 00 23 00 00 00 01 00 00 00 00 00 00 00 7F 02 DF 01")))
    }

    @Test func roundTripsAreTheSpecifications() throws {
        // 2.2.14.1.1 and 2.2.14.2.1 behind their security headers.
        let request = hex("00 10 00 00 06 00 34 12 01 00")
        let response = hex("00 20 00 00 06 01 34 12 00 00")
        #expect(text(written { AutoDetect.encodeRequest(sequence: 0x1234, into: &$0) }) == text(request.dropFirst(4)))
        #expect(text(written { AutoDetect.encodeResponse(sequence: 0x1234, into: &$0) }) == text(response.dropFirst(4)))
        #expect(try Self.sequence(AutoDetect.request, request) == 0x1234)
        #expect(try Self.sequence(AutoDetect.response, response) == 0x1234)
        #expect(try Self.sequence(AutoDetect.request, response) == nil)
        // Asked during the connection sequence; a bandwidth measurement's start.
        #expect(try Self.sequence(AutoDetect.request, hex("00 10 00 00 06 00 01 00 01 10")) == 1)
        #expect(try Self.sequence(AutoDetect.request, hex("00 10 00 00 06 00 01 00 14 00")) == nil)
    }

    private static func sequence(_ direction: UInt8, _ bytes: [UInt8]) throws -> UInt16? {
        var reader = ByteReader(bytes.span.bytes)
        _ = try SecurityHeader(from: &reader)
        return try AutoDetect.readSequence(direction, &reader)
    }

    @Test func dynamicChannelMessagesAreTheSpecifications() throws {
        #expect(text(DynamicChannel.capabilitiesRequest) == "50 00 02 00 a8 03 cc 0c 92 24 55 55")
        for (version, answer) in [(1, "01"), (2, "02"), (3, "02"), (0, "01")] as [(UInt16, String)] {
            #expect(text(DynamicChannel.capabilitiesResponse(to: version)) == "50 00 \(answer) 00")
        }
        #expect(text(DynamicChannel.ping(id: 7)) == "10 07 54 53 4c 41 42 50 49 4e 47 00")
        #expect(text(DynamicChannel.refusal(id: 7)) == "10 07 01 00 00 c0")
        let table: [(String, DynamicChannel.Message)] = [
            ("50 00 01 00", .capabilities(version: 1)), ("50 00 03 00", .capabilities(version: 3)),
            ("58 00 02 00", .capabilities(version: 2)),
            // xfreerdp 2.11 and rdesktop 1.9 refuse.
            ("10 09 01 00 00 C0", .create(id: 9)), ("10 FF FF FF FF FF", .create(id: 255)),
            // Ids of more than a byte, data, a close.
            ("11 09 00 54 00", .other), ("30 09 01", .other), ("40 09", .other),
        ]
        for (bytes, message) in table {
            let encoded = hex(bytes)
            var reader = ByteReader(encoded.span.bytes)
            let read = try DynamicChannel.read(&reader)
            #expect(read == message)
        }
    }

    @Test func aChannelMessageIsCutIntoChunksAndPutTogetherAgain() throws {
        let message = (0..<4000).map { UInt8($0 % 251) }
        var chunks: [[UInt8]] = []
        StaticChannel.encode(message) { chunks.append(written($0)) }
        #expect(chunks.map(\.count) == [1608, 1608, 808])
        #expect(
            chunks.map { text($0.prefix(8)) } == [
                "a0 0f 00 00 01 00 00 00", "a0 0f 00 00 00 00 00 00", "a0 0f 00 00 02 00 00 00",
            ])
        var assembly = StaticChannel.Assembly()
        var whole: [UInt8]?
        for chunk in chunks {
            var reader = ByteReader(chunk.span.bytes)
            whole = try assembly.add(&reader)
        }
        #expect(whole == message)
    }

    @Test func aChannelMessageHasLimits() {
        // Longer than any taken; more bytes than it says.
        for bytes in ["01 00 01 00 01 00 00 00", "01 00 00 00 03 00 00 00 41 42"] {
            #expect(throws: WireError.self) {
                let chunk = hex(bytes)
                var assembly = StaticChannel.Assembly()
                var reader = ByteReader(chunk.span.bytes)
                _ = try assembly.add(&reader)
            }
        }
    }

    @Test func readsFastPathInputOfEveryKind() throws {
        // Two-byte length, seven events: key down, key up (extended), mouse, extended mouse, sync, unicode, timestamp.
        let bytes = hex(
            """
            1C 80 1B 00 1E 03 1E 20 00 08 01 00 02 00 40 00 00 00 00 00 00 65 80 AC 20 C0 01 00 00 00
            """)
        var reader = ByteReader(bytes.span.bytes)
        let events = try FastPathInput.read(&reader)
        #expect(
            events == [
                .scancode(0x1E, released: false, extended: false), .scancode(0x1E, released: true, extended: true),
                .mouse(flags: 0x0800, x: 1, y: 2), .synchronize(flags: 5), .unicode(0x20AC, released: false),
            ])
    }

    @Test func saysWhichSessionItIs() throws {
        let info = SaveSessionInfo(session: 7, domain: "L", user: "ab")
        let bytes = written { info.encode(into: &$0) }
        #expect(text(bytes.prefix(22)) == text(hex("01 00 00 00 01 00 12 00 00 00 07 00 00 00 04 00 00 00 06 00 00 00")))
        #expect(text(bytes.dropFirst(22 + 558)) == text(hex("4C 00 00 00 61 00 62 00 00 00")))
        var reader = ByteReader(bytes.span.bytes)
        let read = try SaveSessionInfo(from: &reader)
        #expect(read == info)
    }
}
