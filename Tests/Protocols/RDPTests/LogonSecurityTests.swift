import PacketTestSupport
import Testing
import Wire

@testable import RDP

/// What must not get past the server before it knows who is there.
@Suite struct LogonSecurityTests {
    /// What a client sends to a server, flight by flight, until the server has the user's name.
    private static func flights(level: EncryptionLevel) throws -> [[UInt8]] {
        var configuration = Pair.configuration
        configuration.security = .rdp
        var client = ClientEndpoint(configuration: configuration)
        var server = ServerEndpoint(security: ServerSecurity(level: level))
        var (up, flights) = (ByteWriter(), [[UInt8]]())
        client.start(output: &up)
        while !up.isEmpty {
            flights.append(up.bytes)
            let down = try answers(of: &server, to: up.bytes)
            up = ByteWriter()
            var input = ByteReader(down.span.bytes)
            while try client.next(&input, output: &up) != nil {}
        }
        return flights
    }

    private static func answers(of server: inout ServerEndpoint, to bytes: [UInt8]) throws -> [UInt8] {
        var output = ByteWriter()
        var input = ByteReader(bytes.span.bytes)
        while try server.next(&input, output: &output) != nil {}
        return output.bytes
    }

    /// A client that skips the Security Exchange would have its password read by anybody on the way, and could be anybody.
    @Test(arguments: [EncryptionLevel.low, .clientCompatible, .high])
    func clearTextClientInfoIsRefusedWhereEncryptionWasChosen(level: EncryptionLevel) throws {
        let clear = try Self.flights(level: .none)
        var configuration = Pair.configuration
        configuration.security = .rdp
        var client = ClientEndpoint(configuration: configuration)
        var server = ServerEndpoint(security: ServerSecurity(level: level))
        var up = ByteWriter()
        client.start(output: &up)
        for _ in 1..<clear.count {
            let down = try Self.answers(of: &server, to: up.bytes)
            up = ByteWriter()
            var input = ByteReader(down.span.bytes)
            while try client.next(&input, output: &up) != nil {}
        }
        let last = try #require(clear.last)
        let refusal = #expect(throws: RDPError.self) { _ = try Self.answers(of: &server, to: last) }
        #expect(refusal?.pdu == "Client Info")
    }

    /// MS-RDPBCGR 5.5: the verifier is the whole of the authentication code.
    @Test(arguments: 0..<16) func everyByteOfTheVerifierCounts(changed: Int) throws {
        let secret = [UInt8](1...16)
        var proof = AutoReconnectClaim.verifier(secret, [UInt8](repeating: 0, count: 32))
        proof[changed] ^= 0x80
        let bytes = hex("1C 00 00 00 01 00 00 00 09 00 00 00") + proof
        var reader = ByteReader(bytes.span.bytes)
        #expect(try !AutoReconnectClaim(from: &reader, clientRandom: nil).proves(secret))
    }

    /// The numbers that clients show their users (MS-RDPBCGR 2.2.5.1.1).
    @Test func theCodesAreThoseOfTheProtocol() {
        let codes: [(ErrorInfo, UInt32)] = [
            (.administratorDisconnected, 0x0000_0001), (.administratorLoggedOff, 0x0000_0002), (.deniedConnection, 0x0000_0007),
            (.insufficientPrivileges, 0x0000_0009), (.loggedOffByUser, 0x0000_000C), (.serverShutDown, 0x0000_0019),
        ]
        for (info, code) in codes { #expect(info.rawValue == code) }
        #expect(Set(codes.map(\.0.description)).count == codes.count)
    }

    private static func chunk(_ length: UInt32, _ flags: UInt32, _ data: [UInt8]) -> [UInt8] {
        written {
            $0.u32le(length)
            $0.u32le(flags)
            $0.append(data)
        }
    }

    private static func add(_ chunk: [UInt8], to assembly: inout StaticChannel.Assembly) throws -> [UInt8]? {
        var reader = ByteReader(chunk.span.bytes)
        return try assembly.add(&reader)
    }

    /// CHANNEL_FLAG_FIRST begins anew, whatever was unfinished (MS-RDPBCGR 2.2.6.1.1).
    @Test func anUnfinishedChannelMessageIsForgottenWhenTheNextBegins() throws {
        var assembly = StaticChannel.Assembly()
        #expect(try Self.add(Self.chunk(4, 1, [1, 2]), to: &assembly) == nil)
        #expect(try Self.add(Self.chunk(3, 1, [7, 8]), to: &assembly) == nil)
        #expect(try Self.add(Self.chunk(3, 2, [9]), to: &assembly) == [7, 8, 9])
        // And what was whole is not the beginning of the next.
        #expect(try Self.add(Self.chunk(1, 2, [5]), to: &assembly) == [5])
    }

    /// However many chunks come without a last one, no more is kept than one message may hold.
    @Test func chunksWithoutAnEndAreBounded() throws {
        var assembly = StaticChannel.Assembly()
        let chunk = Self.chunk(UInt32(StaticChannel.longestMessage), 0, [UInt8](repeating: 1, count: 1024))
        for _ in 0..<64 { #expect(try Self.add(chunk, to: &assembly) == nil) }
        #expect(throws: WireError.self) { _ = try Self.add(chunk, to: &assembly) }
    }
}
