import PacketTestSupport
import Testing
import Wire

@testable import RDP

/// Standard RDP security and its negotiation.
@Suite struct SecurityTests {
    private static let levels: [EncryptionLevel] = [.low, .clientCompatible, .high]

    @Test func theCipherIsRC4() {
        // RFC 6229, keys of 40 and 128 bits, offsets 0 and 16.
        for (key, stream) in [
            ("0102030405", "b2396305f03dc027ccc3524a0a1118a8 6982944f18fc82d589c403a47a0d0919"),
            ("0102030405060708090a0b0c0d0e0f10", "9ac7cc9a609d1ef7b2932899cde41b97 5248c4959014126a6e8a84f11d1a9e1c"),
        ] {
            var cipher = RC4(key: hex(key))
            var bytes = [UInt8](repeating: 0, count: 32)
            bytes.withUnsafeMutableBytes { cipher.apply(to: $0) }
            #expect(text(bytes) == text(hex(stream)))
        }
    }

    @Test func theCertificateIsSignedAsClientsCheckIt() throws {
        let key = try #require(RSAKeyPair(generating: 512))
        let certificate = ProprietaryCertificate.encode(key.publicKey)
        var reader = ByteReader(certificate.span.bytes)
        #expect(try ProprietaryCertificate.readKey(&reader) == key.publicKey)
        // 5.3.3.1.3: the signature under the public signing key is the padded hash of the first six fields.
        let fields = certificate.prefix(12 + 4 + 20 + 64 + 8)
        let signature = certificate.dropFirst(fields.count + 4)
        #expect(signature.suffix(8).allSatisfy { $0 == 0 })
        let opened = TerminalServicesKey.pair.publicKey.encrypt(Array(signature.dropLast(8)))
        #expect(text(opened) == text(TerminalServicesKey.padded(Array(fields)) + [0]))
    }

    @Test func theServerReadsTheRandomNumberThatTheClientSends() throws {
        let key = try #require(RSAKeyPair(generating: 512))
        let random = [UInt8](0..<32)
        let bytes = written { SecurityExchange.encode(random: random, for: key.publicKey, into: &$0) }
        #expect(bytes.count == 4 + 64 + 8)
        var reader = ByteReader(bytes.span.bytes)
        #expect(try SecurityExchange.readRandom(with: key, &reader) == random)
    }

    @Test func weakKeysAreWeakened() {
        for method in EncryptionMethod.allCases where method != .none {
            let keys = SessionKeys(method, clientRandom: Array(repeating: 1, count: 32), serverRandom: Array(repeating: 2, count: 32))
            for key in [keys.signing, keys.clientEncryption, keys.serverEncryption] {
                #expect(key.count == (method == .rc4With128Bits ? 16 : 8))
                #expect(key.starts(with: method.salt))
            }
            #expect(keys.clientEncryption != keys.serverEncryption)
        }
    }

    @Test(arguments: EncryptionMethod.allCases.dropFirst(), [false, true])
    func everyPacketIsReadOverTwoKeyUpdates(method: EncryptionMethod, salts: Bool) throws {
        let keys = SessionKeys(method, clientRandom: Array(repeating: 1, count: 32), serverRandom: Array(repeating: 2, count: 32))
        let client = SecurityLayer(keys, method, .high, asServer: false)
        let server = SecurityLayer(keys, method, .high, asServer: true)
        client.saltsSignatures = salts
        for number in 0..<9000 {
            let sealed = written { client.writeSealed(&$0) { $0.u32le(UInt32(number)) } }
            var reader = ByteReader(sealed.span.bytes)
            let plain = try server.readSealed(salted: salts, &reader)
            if plain != written({ $0.u32le(UInt32(number)) }) { return #expect(plain == [], "packet \(number)") }
        }
    }

    @Test func aChangedPacketIsAnError() throws {
        let keys = SessionKeys(.rc4With128Bits, clientRandom: Array(repeating: 1, count: 32), serverRandom: Array(repeating: 2, count: 32))
        let client = SecurityLayer(keys, .rc4With128Bits, .high, asServer: false)
        let server = SecurityLayer(keys, .rc4With128Bits, .high, asServer: true)
        var sealed = written { client.writeSealed(&$0) { $0.u32le(7) } }
        sealed[9] ^= 1
        #expect(throws: WireError.self) {
            var reader = ByteReader(sealed.span.bytes)
            _ = try server.readSealed(salted: false, &reader)
        }
    }

    @Test(arguments: levels, [1, Int.max]) func everythingIsSaidEncrypted(level: EncryptionLevel, piece: Int) throws {
        var configuration = Pair.configuration
        configuration.security = .rdp
        var pair = try Pair.active(piece: piece, configuration: configuration, security: ServerSecurity(level: level))
        #expect(pair.client.isActive)
        #expect(pair.server.security?.saltsSignatures == true)
        _ = (pair.takeServerEvents(), pair.takeClientEvents())
        pair.client.sendInput([.scancode(0x1E, released: false, extended: false)], output: &pair.toServer)
        pair.server.sendBitmap(left: 0, top: 0, width: 4, pixels: [1, 2, 3, 4], Palette([]), output: &pair.toClient)
        pair.server.sendHeartbeat(sequence: 3, output: &pair.toClient)
        pair.server.sendReport(SessionReport(session: 7, resumed: false, keystrokes: 0, text: "told"), output: &pair.toClient)
        try pair.settle()
        #expect(pair.takeServerEvents() == [.input([.scancode(0x1E, released: false, extended: false)]), .heartbeatAnswered(sequence: 3)])
        #expect(
            pair.takeClientEvents() == [
                .drawn(rectangles: 1), .heartbeatAnswered,
                .reported(SessionReport(session: 7, resumed: false, keystrokes: 0, text: "told")),
            ])
        // What can be read on the wire: the password never, what the server says at the low level only.
        #expect(!Self.contains(UTF16Text.encode("secret"), in: pair.fromClient))
        #expect(Self.contains(Array("told".utf8), in: pair.fromServer) == (level == .low))
        pair.server.end(.administratorDisconnected, output: &pair.toClient)
        try pair.settle()
        #expect(pair.takeClientEvents() == [.errorInfo(.administratorDisconnected), .disconnected])
    }

    private static func contains(_ part: [UInt8], in bytes: [UInt8]) -> Bool {
        bytes.indices.contains { bytes[$0...].starts(with: part) }
    }

    @Test func theHighLevelTakesNobodyWithLess() throws {
        var pair = Pair(security: ServerSecurity(level: .high))
        let field = WireError.invalid(field: "encryptionMethods", value: 0)
        #expect(throws: RDPError(pdu: "GCC Conference Create Request", detail: field)) { try pair.reachLogon() }
    }

    @Test func theServerChoosesTheStrongestMethod() {
        for (level, flags, method) in [
            (EncryptionLevel.clientCompatible, 0x0B, EncryptionMethod.rc4With128Bits), (.low, 0x1B, .rc4With128Bits),
            (.low, 0x09, .rc4With56Bits), (.clientCompatible, 0x01, .rc4With40Bits), (.none, 0x0B, .none),
            (.clientCompatible, 0x10, .none), (.high, 0x02, .rc4With128Bits),
        ] as [(EncryptionLevel, UInt32, EncryptionMethod)] {
            #expect(level.method(for: flags) == method)
        }
        #expect(EncryptionLevel.high.method(for: 0x09) == nil)
    }

    @Test func theServerSelectsWhatBothHave() {
        let (never, offered, required) = (ServerSecurity(tls: .never), ServerSecurity(tls: .offered), ServerSecurity(tls: .required))
        for (security, protocols, selection) in [
            (never, nil, .standard), (never, [], .standard), (never, .tls, .standard), (never, [.tls, .credSSP], .standard),
            (never, .credSSP, .failure(.tlsNotAllowed)),
            (offered, nil, .standard), (offered, [], .standard), (offered, [.tls, .credSSP], .tls), (offered, .tls, .tls),
            (offered, .credSSP, .failure(.tlsRequired)),
            (required, nil, .failure(.tlsRequired)), (required, [], .failure(.tlsRequired)), (required, .tls, .tls),
        ] as [(ServerSecurity, SecurityProtocols?, ServerSecurity.Selection)] {
            #expect(security.select(from: protocols) == selection)
        }
    }

    @Test func aRefusedNegotiationSaysWhy() throws {
        var configuration = Pair.configuration
        configuration.security = .rdp
        var pair = Pair(configuration: configuration, security: ServerSecurity(tls: .required))
        try pair.reachLogon()
        #expect(pair.takeServerEvents() == [.negotiationFailed(.tlsRequired)])
        #expect(text(pair.fromServer) == text(hex("03 00 00 13 0E D0 00 00 12 34 00 03 00 08 00 01 00 00 00")))
        #expect(pair.takeClientEvents() == [.negotiationFailed(.tlsRequired)])
    }

    @Test(arguments: [ClientSecurity.tls, .negotiate]) func tlsTakesThePlaceOfEncryption(security: ClientSecurity) throws {
        var configuration = Pair.configuration
        configuration.security = security
        var pair = Pair(configuration: configuration, security: ServerSecurity(tls: .offered, level: .high))
        try pair.reachLogon()
        #expect(pair.takeServerEvents() == [.startTLS])
        #expect(pair.takeClientEvents() == [.startTLS])
        // Whatever carries the bytes from here on, they are those of a connection without encryption.
        pair.client.didStartTLS(output: &pair.toServer)
        try pair.settle()
        pair.server.admit(output: &pair.toClient)
        try pair.settle()
        #expect(pair.client.isActive)
        #expect(pair.server.security == nil)
    }

    @Test func aReconnectingClientProvesTheSecret() throws {
        let (secret, random) = ([UInt8](1...16), [UInt8](repeating: 7, count: 32))
        // RFC 2104 by hand: the key in blocks of 64 bytes.
        let inner = secret.map { $0 ^ 0x36 } + [UInt8](repeating: 0x36, count: 48)
        let outer = secret.map { $0 ^ 0x5C } + [UInt8](repeating: 0x5C, count: 48)
        let proof = Hash.md5(outer, Hash.md5(inner, random))
        let bytes = hex("1C 00 00 00 01 00 00 00 09 00 00 00") + proof
        var reader = ByteReader(bytes.span.bytes)
        let claim = try AutoReconnectClaim(from: &reader, clientRandom: random)
        #expect(claim.session == 9)
        #expect(claim.proves(secret))
        #expect(!claim.proves(secret.reversed()))
        reader = ByteReader(bytes.span.bytes)
        #expect(try !AutoReconnectClaim(from: &reader, clientRandom: nil).proves(secret))
    }

    @Test func wordsAheadOfTLSAreAnError() throws {
        var server = ServerEndpoint(security: ServerSecurity(tls: .offered))
        let bytes = written { ConnectionRequest(cookie: nil, offered: .tls).encode(into: &$0) } + [0x16]
        #expect(throws: RDPError(pdu: "X.224 Connection Request", detail: .trailing(1))) {
            var input = ByteReader(bytes.span.bytes)
            var output = ByteWriter()
            _ = try server.next(&input, output: &output)
        }
    }
}
