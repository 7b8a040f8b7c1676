import RDP
import Wire

/// What standard RDP security is made of, and what lies behind its encryption: the mutations are made before sealing, so
/// that they get past the signature.
enum SecurityTargets {
    private static let fixed: RandomSource = { count in (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 37 &+ 11) } }
    /// Makes its key once.
    private static let server = ServerSecurity(random: fixed, keyBits: 512)
    private static let keys = SessionKeys(.rc4With128Bits, clientRandom: fixed(32), serverRandom: fixed(32))

    /// The first byte chooses a decoder.
    @Sendable static func security(_ bytes: [UInt8]) {
        guard let first = bytes.first else { return }
        let rest = Array(bytes.dropFirst())
        var reader = ByteReader(rest.span.bytes)
        switch first & 7 {
        case 0: info(rest)
        case 1: _ = try? Licensing.readIsDone(&reader)
        case 2: certificate(rest)
        case 3: _ = try? SecurityExchange.readRandom(with: TerminalServicesKey.pair, &reader)
        case 4: sealed(rest)
        case 5: channel(rest)
        default: _ = try? AutoReconnectClaim(from: &reader, clientRandom: nil)
        }
    }

    private static func info(_ bytes: [UInt8]) {
        var reader = ByteReader(bytes.span.bytes)
        guard let info = try? ClientInfo(from: &reader) else { return }
        var output = ByteWriter()
        info.encode(into: &output)
        var again = ByteReader(output.bytes.span.bytes)
        // Text that is not UTF-16 grows when it is mended, and is then cut.
        guard let read = try? ClientInfo(from: &again) else { fatalError("a client info cannot be read back") }
        if info.user.utf16.count < 200, read.user != info.user { fatalError("\(info.user) became \(read.user)") }
    }

    private static func certificate(_ bytes: [UInt8]) {
        var reader = ByteReader(bytes.span.bytes)
        guard let key = try? ProprietaryCertificate.readKey(&reader) else { return }
        if key.encrypt(fixed(32)).count != key.modulus.count { fatalError("a message not as long as the modulus") }
    }

    /// What is sealed is opened again, and what is not sealed is not.
    private static func sealed(_ bytes: [UInt8]) {
        let sender = SecurityLayer(keys, .rc4With128Bits, .high, asServer: false)
        var output = ByteWriter()
        sender.writeSealed(&output) { $0.append(bytes) }
        var good = ByteReader(output.bytes.span.bytes)
        let opened = try? SecurityLayer(keys, .rc4With128Bits, .high, asServer: true).readSealed(salted: false, &good)
        if opened != bytes { fatalError("what was sealed was not opened") }
        var bad = ByteReader(bytes.span.bytes)
        _ = try? SecurityLayer(keys, .rc4With128Bits, .high, asServer: true).readSealed(salted: true, &bad)
    }

    /// Chunks of a static channel, each behind its length, and the dynamic channel's messages in them.
    private static func channel(_ bytes: [UInt8]) {
        var assembly = StaticChannel.Assembly()
        for chunk in DatagramTargets.packets(of: bytes).map(Array.init) {
            var reader = ByteReader(chunk.span.bytes)
            do throws(WireError) {
                guard let message = try assembly.add(&reader) else { continue }
                if message.count > StaticChannel.longestMessage { fatalError("a message of \(message.count) bytes") }
                var content = ByteReader(message.span.bytes)
                _ = try DynamicChannel.read(&content)
                content = ByteReader(message.span.bytes)
                _ = try DisplayControl.read(&content)
            } catch {
                return
            }
        }
    }

    /// Whole endpoints that have exchanged keys, and then tell each other what the input says. A chunk's first byte has
    /// the direction and the channel, its second the security header's low flags.
    @Sendable static func encrypted(_ bytes: [UInt8]) {
        var configuration = EndpointTargets.configuration
        configuration.security = .rdp
        configuration.random = fixed
        var client = ClientEndpoint(configuration: configuration)
        var server = ServerEndpoint(security: Self.server)
        var (up, down) = (ByteWriter(), ByteWriter())
        client.start(output: &up)
        do throws(RDPError) {
            try settle(&server, &client, &up, &down)
            if !client.isActive { fatalError("the handshake did not get through") }
            for chunk in DatagramTargets.packets(of: bytes).prefix(64) where chunk.count > 2 {
                let (selector, flags) = (chunk[chunk.startIndex], UInt16(chunk[chunk.startIndex + 1]))
                let channel = 1003 + UInt16(selector >> 1 & 7)
                let content = Array(chunk.dropFirst(2))
                if selector & 1 == 0 {
                    client.send(on: channel, flags: flags, &up) { $0.append(content) }
                } else {
                    server.send(on: channel, flags: flags, encrypted: true, &down) { $0.append(content) }
                }
                try settle(&server, &client, &up, &down)
            }
        } catch {
            return
        }
    }

    private static func settle(
        _ server: inout ServerEndpoint, _ client: inout ClientEndpoint, _ up: inout ByteWriter, _ down: inout ByteWriter
    ) throws(RDPError) {
        var turns = 0
        while !up.isEmpty || !down.isEmpty {
            turns += 1
            if turns > 100 { fatalError("the two never stop talking") }
            let (toServer, toClient) = (up.bytes, down.bytes)
            (up, down) = (ByteWriter(), ByteWriter())
            var input = ByteReader(toServer.span.bytes)
            while let event = try server.next(&input, output: &down) {
                if case .logonRequested = event { server.admit(output: &down) }
            }
            var answer = ByteReader(toClient.span.bytes)
            while try client.next(&answer, output: &up) != nil {}
        }
    }
}
