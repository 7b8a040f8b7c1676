import PacketTestSupport
import Testing
import Wire

@testable import RDP

/// Whatever PDU ends early: the error says in which field.
@Suite struct FieldNameTests {
    /// A decoder with something whole for it to decode.
    struct Decoder: CustomTestStringConvertible, Sendable {
        let name: String
        let bytes: [UInt8]
        let decode: @Sendable ([UInt8]) throws -> Void

        var testDescription: String { name }

        init(_ name: String, _ bytes: [UInt8], _ body: @escaping @Sendable (inout ByteReader) throws -> Void) {
            self.name = name
            self.bytes = bytes
            decode = {
                var reader = ByteReader($0.span.bytes)
                try body(&reader)
            }
        }
    }

    private static let user = UInt16(1007)

    /// Without the TPKT header, whose length says where a PDU ends.
    private static func domain(_ pdu: DomainPDU) -> [UInt8] {
        Array(written { pdu.encode(into: &$0) }.dropFirst(Frame.tpktHeaderLength + 3))
    }

    static let all: [Decoder] = [
        Decoder(
            "X.224 Connection Request",
            Array(
                written {
                    ConnectionRequest(cookie: "ada", offered: .tls).encode(into: &$0)
                }.dropFirst(4))
        ) { _ = try ConnectionRequest(from: &$0) },
        Decoder(
            "X.224 Connection Confirm",
            Array(
                written {
                    ConnectionConfirm(.selected(.tls, extendedClientData: true)).encode(into: &$0)
                }.dropFirst(4))
        ) { _ = try ConnectionConfirm(from: &$0) },
        Decoder(
            "MCS Connect-Initial",
            written {
                ConnectInitial.encode(userData: Conference.encodeRequest(clientBlocks), into: &$0)
            }
        ) {
            var data = try ConnectInitial.readUserData(&$0)
            var settings = try Conference.readRequest(&data)
            _ = try ClientBlocks(from: &settings)
        },
        Decoder(
            "MCS Connect-Response",
            written {
                ConnectResponse.encode(userData: Conference.encodeResponse(serverBlocks), into: &$0)
            }
        ) {
            var data = try ConnectResponse.readUserData(&$0)
            var settings = try Conference.readResponse(&data)
            _ = try ServerBlocks(from: &settings)
        },
        Decoder("MCS Attach-User-Confirm", domain(.attachUserConfirm(user: user))) { _ = try DomainPDU(from: &$0) },
        Decoder("MCS Channel-Join-Request", domain(.channelJoinRequest(user: user, channel: 1003))) { _ = try DomainPDU(from: &$0) },
        Decoder("MCS Channel-Join-Confirm", Array(domain(.channelJoinConfirm(user: user, channel: 1003)).dropLast(2))) {
            _ = try DomainPDU(from: &$0)
        },
        Decoder("MCS Disconnect-Provider-Ultimatum", domain(.disconnectProviderUltimatum(reason: 3))) { _ = try DomainPDU(from: &$0) },
        Decoder("security header", [0x40, 0, 0, 0]) { _ = try SecurityHeader(from: &$0) },
        Decoder(
            "Security Exchange",
            written {
                SecurityExchange.encode(random: [UInt8](1...32), for: TerminalServicesKey.pair.publicKey, into: &$0)
            }.dropLast(8).map { $0 }
        ) { _ = try SecurityExchange.readRandom(with: TerminalServicesKey.pair, &$0) },
        Decoder("server certificate", Array(ProprietaryCertificate.encode(TerminalServicesKey.pair.publicKey).prefix(16 + 20 + 72))) {
            _ = try ProprietaryCertificate.readKey(&$0)
        },
        // What is behind the texts, older clients leave out.
        Decoder("Client Info", Array(written { info.encode(into: &$0) }.prefix(18 + 8 + 8 + 8 + 4))) { _ = try ClientInfo(from: &$0) },
        Decoder("auto-reconnect cookie", hex("1C 00 00 00 01 00 00 00 07 00 00 00") + [UInt8](1...16)) {
            _ = try AutoReconnectClaim(from: &$0, clientRandom: nil)
        },
        Decoder("Licensing", hex("FF 03 10 00 07 00 00 00")) { _ = try Licensing.readIsDone(&$0) },
        Decoder(
            "Confirm Active",
            written {
                Activation.encodeConfirmActive(
                    Capabilities(width: 640, height: 480, colorDepth: .sixteen), user: user, isEncrypted: false, into: &$0)
            }
        ) {
            var capabilities = Capabilities(width: 0, height: 0, colorDepth: .sixteen)
            _ = try SharePDU.readHeader(&$0)
            try Activation.readSets(isConfirm: true, into: &capabilities, &$0)
        },
        Decoder("Share Data Header", Array(written { Activation.encodeFontMap(into: &$0) }.dropFirst(6).prefix(12))) {
            _ = try DataPDU.readHeader(&$0)
        },
        Decoder("Bitmap Update", hex("01 00 00 00 00 00 03 00 00 00 04 00 01 00 10 00 00 00 08 00 01 02 03 04 05 06 07 08")) {
            _ = try BitmapUpdate.readRectangles(&$0)
        },
        Decoder("Save Session Info", written { SaveSessionInfo(session: 7, domain: "L", user: "ada").encode(into: &$0) }) {
            _ = try SaveSessionInfo(from: &$0)
        },
        Decoder("rectangle", hex("00 00 00 00 3F 00 1F 00")) { _ = try InclusiveRectangle(from: &$0) },
        Decoder("slow-path input", hex("01 00 00 00 00 00 00 00 04 00 00 00 1E 00 00 00")) { _ = try SlowPathInput.read(&$0) },
        Decoder("fast-path input", hex("08 0A 00 1E 20 00 08 01 00 02 00")) { _ = try FastPathInput.read(&$0) },
        Decoder("Auto-Detect", hex("06 00 01 00 01 00")) { _ = try AutoDetect.readSequence(AutoDetect.request, &$0) },
        Decoder("dynamic channel capabilities", hex("50 00 02 00")) { _ = try DynamicChannel.read(&$0) },
        Decoder("dynamic channel create", hex("10 07")) { _ = try DynamicChannel.read(&$0) },
        Decoder(
            "display control",
            hex("31 00 01 02 00 00 00 38 00 00 00 28 00 00 00 01 00 00 00 01 00 00 00")
                + [UInt8](repeating: 0, count: 8) + hex("20 03 00 00 58 02 00 00") + [UInt8](repeating: 0, count: 20)
        ) {
            _ = try DisplayControl.read(&$0)
        },
        Decoder("static channel", hex("00 00 00 00 03 00 00 00")) {
            var assembly = StaticChannel.Assembly()
            _ = try assembly.add(&$0)
        },
    ]

    private static let clientBlocks: [UInt8] = written { output in
        var blocks = ClientBlocks()
        blocks.channels = [ChannelDefinition(name: "drdynvc")]
        blocks.encode(into: &output)
    }

    private static let serverBlocks: [UInt8] = written { output in
        var blocks = ServerBlocks()
        blocks.channels = [1004]
        blocks.encode(into: &output)
    }

    private static let info: ClientInfo = {
        var info = ClientInfo()
        (info.domain, info.user, info.password) = ("LAB", "ada", "sec")
        return info
    }()

    @Test(arguments: all) func anEndInAnyFieldIsNamed(decoder: Decoder) throws {
        try decoder.decode(decoder.bytes)
        for length in 0..<decoder.bytes.count {
            do {
                try decoder.decode(Array(decoder.bytes.prefix(length)))
                // What may be left out at the end is no error.
                #expect(decoder.mayEndEarly, "\(decoder.name) in \(length) of \(decoder.bytes.count) bytes")
            } catch let error as WireError {
                #expect(error.namesItsField, "\(decoder.name) in \(length) bytes: \(error)")
            }
        }
    }

    /// As it is in the log: the PDU, the field, what is wrong with it.
    @Test func theLineNamesPDUAndField() throws {
        var server = ServerEndpoint()
        var output = ByteWriter()
        let bytes = hex("03 00 00 0D 08 E0 00 00 00 00 00 43 6F")
        var input = ByteReader(bytes.span.bytes)
        do {
            _ = try server.next(&input, output: &output)
            Issue.record("taken")
        } catch {
            #expect("\(error)" == "X.224 Connection Request: cookie ends early: 1 bytes needed, 0 left")
        }
    }
}

extension FieldNameTests.Decoder {
    /// Blocks, fields and rectangles of which older peers send fewer.
    var mayEndEarly: Bool { ["MCS Connect-Initial", "MCS Connect-Response", "X.224 Connection Confirm"].contains(name) }
}

extension WireError {
    fileprivate var namesItsField: Bool {
        switch self {
        case .truncated(let field, _, _), .trailing(let field, _), .invalid(let field, _): !field.description.isEmpty
        }
    }
}
