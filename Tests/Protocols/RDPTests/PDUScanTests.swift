import PacketTestSupport
import Testing
import Wire

@testable import RDP

@Suite struct PDUScanTests {
    private static let tile = InclusiveRectangle(left: 4, top: 8, right: 67, bottom: 23)
    private static let kinds = [true, false]

    @Test(arguments: kinds) func findsHeartbeatsAndUpdatesInSegmentsOfOnePDU(answersRoundTrips: Bool) throws {
        let recording = try Recording(answersRoundTrips: answersRoundTrips)
        let channels = Self.learned(recording.clientPDUs, recording.serverPDUs)
        let server = recording.serverPDUs.map { Self.classes($0, fromServer: true, channels) }
        let client = recording.clientPDUs.map { Self.classes($0, fromServer: false, channels) }
        #expect(server.allSatisfy { $0.count == 1 })
        #expect(client.allSatisfy { $0.count == 1 })
        #expect(
            server.flatMap { $0 }.filter { $0 != .other }
                == [.bitmapUpdate(firstRectangle: Self.tile), .heartbeatRequest, .heartbeatRequest])
        #expect(client.flatMap { $0 }.filter { $0 != .other } == [.heartbeatAnswer, .heartbeatAnswer])
    }

    @Test(arguments: kinds) func findsTheSameInOneLongSegment(answersRoundTrips: Bool) throws {
        let recording = try Recording(answersRoundTrips: answersRoundTrips)
        let channels = Self.learned([recording.fromClient], [recording.fromServer])
        #expect(channels == Self.learned(recording.clientPDUs, recording.serverPDUs))
        let server = Self.classes(recording.fromServer, fromServer: true, channels)
        let client = Self.classes(recording.fromClient, fromServer: false, channels)
        #expect(server == recording.serverPDUs.flatMap { Self.classes($0, fromServer: true, channels) })
        #expect(client == recording.clientPDUs.flatMap { Self.classes($0, fromServer: false, channels) })
    }

    /// A capture of 256 bytes a packet ends before the client's list of channels.
    @Test(arguments: kinds) func findsTheSameWherePacketsAreCutShort(answersRoundTrips: Bool) throws {
        let recording = try Recording(answersRoundTrips: answersRoundTrips)
        let (clientPDUs, serverPDUs) = (recording.clientPDUs.map(Self.cut), recording.serverPDUs.map(Self.cut))
        #expect(clientPDUs != recording.clientPDUs)
        let channels = Self.learned(clientPDUs, serverPDUs)
        #expect(channels.dynamic == 1004)
        #expect(channels.message == (answersRoundTrips ? 1006 : nil))
        let server = serverPDUs.flatMap { Self.classes($0, fromServer: true, channels) }
        let client = clientPDUs.flatMap { Self.classes($0, fromServer: false, channels) }
        #expect(
            server.filter { $0 != .other }
                == [.bitmapUpdate(firstRectangle: Self.tile), .heartbeatRequest, .heartbeatRequest])
        #expect(client.filter { $0 != .other } == [.heartbeatAnswer, .heartbeatAnswer])
    }

    @Test func findsAHeartbeatBehindTheRestOfAnEarlierPDU() throws {
        let recording = try Recording(answersRoundTrips: false)
        let channels = Self.learned(recording.clientPDUs, recording.serverPDUs)
        let heartbeat = recording.serverPDUs.filter { Self.classes($0, fromServer: true, channels) == [.heartbeatRequest] }[0]
        for rest in 1..<200 {
            // Pixels that by chance look like the beginning of a fast-path PDU, and some that do not.
            for byte: UInt8 in [0x00, 0x04, 0x03, 0xFF] {
                let payload = [UInt8](repeating: byte, count: rest) + heartbeat + heartbeat
                let found = Self.classes(payload, fromServer: true, channels).filter { $0 == .heartbeatRequest }
                #expect(found.count == 2, "\(rest) bytes of \(byte)")
            }
        }
    }

    @Test func passesOverFastPathPDUs() throws {
        let recording = try Recording(answersRoundTrips: true)
        let channels = Self.learned(recording.clientPDUs, recording.serverPDUs)
        let answer = recording.clientPDUs.filter { Self.classes($0, fromServer: false, channels) == [.heartbeatAnswer] }[0]
        // A key pressed and one released, in the short and in the long form of the length.
        let keys = hex("04 04 00 1E 04 80 05 01 1E")
        #expect(
            Self.classes(keys + answer + keys + answer, fromServer: false, channels)
                == [.other, .other, .heartbeatAnswer, .other, .other, .heartbeatAnswer])
    }

    @Test func withoutTheBeginningOfAConnectionNothingIsAHeartbeat() throws {
        for kind in Self.kinds {
            let recording = try Recording(answersRoundTrips: kind)
            let all =
                Self.classes(recording.fromServer, fromServer: true, ScanChannels())
                + Self.classes(recording.fromClient, fromServer: false, ScanChannels())
            #expect(all.filter { $0 != .other } == [.bitmapUpdate(firstRectangle: Self.tile)])
        }
    }

    @Test func aRequestForSomebodysChannelIsNoHeartbeat() throws {
        let recording = try Recording(answersRoundTrips: false)
        let channels = Self.learned(recording.clientPDUs, recording.serverPDUs)
        // drdynvc is 1004: create requests for "TSLABPING" and for "ECHO".
        let ping = hex("03 00 00 23 02 F0 80 68 00 01 03 EC 70 80 14 0C 00 00 00 03 00 00 00 10 07 54 53 4C 41 42 50 49 4E 47 00")
        let echo = hex("03 00 00 1E 02 F0 80 68 00 01 03 EC 70 80 0F 07 00 00 00 03 00 00 00 10 07 45 43 48 4F 00")
        #expect(Self.classes(ping, fromServer: true, channels) == [.heartbeatRequest])
        #expect(Self.classes(echo, fromServer: true, channels) == [.other])
        // Cut inside the name it cannot be told.
        #expect(Self.classes(Array(ping.dropLast(3)), fromServer: true, channels) == [.other])
    }

    @Test func nothingComesOfNothing() {
        for bytes in ["", "00", "03", "03 00", "03 00 00", "03 00 00 04", "FF FF FF FF"] {
            #expect(Self.classes(hex(bytes), fromServer: true, ScanChannels()).isEmpty)
        }
    }

    /// What an IP packet of 256 bytes leaves of its payload.
    private static func cut(_ payload: [UInt8]) -> [UInt8] { Array(payload.prefix(256 - 14 - 20 - 32)) }

    private static func learned(_ client: [[UInt8]], _ server: [[UInt8]]) -> ScanChannels {
        var channels = ScanChannels()
        for payload in client { channels.learn(from: payload.span.bytes, fromServer: false) }
        for payload in server { channels.learn(from: payload.span.bytes, fromServer: true) }
        return channels
    }

    private static func classes(_ payload: [UInt8], fromServer: Bool, _ channels: ScanChannels) -> [PDUClass] {
        PDUScan.classes(of: payload.span.bytes, fromServer: fromServer, channels: channels)
    }
}
