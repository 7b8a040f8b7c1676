import Random
import Testing
import Wire

@testable import RDP

/// Both endpoints on streams that were damaged at random: whatever comes, they end in an event, in nothing or in a typed
/// error, and neither keep nor say more than a little.
@Suite struct MutationTests {
    private static let runs = 10_000

    /// What one connection may hold: a PDU and two channel messages half received.
    private static let mostKept = 0xFFFF + 2 * StaticChannel.longestMessage

    @Test func theServerTakesWhateverComes() throws {
        let recordings = try [true, false].map { try Recording(answersRoundTrips: $0).fromClient }
        var ends = Ends()
        for run in 0..<Self.runs {
            var random = SeededGenerator(seed: UInt64(run))
            let stream = Self.damaged(recordings[run % 2], using: &random)
            var server = ServerEndpoint()
            var output = ByteWriter()
            var events = 0
            do throws(RDPError) {
                for piece in Self.pieces(of: stream, using: &random) {
                    var input = ByteReader(piece.span.bytes)
                    while let event = try server.next(&input, output: &output) {
                        events += 1
                        if case .logonRequested = event { server.admit(output: &output) }
                    }
                }
                ends.quiet += 1
            } catch {
                ends.failed += 1
            }
            Self.check(server, events, output, stream, run)
        }
        ends.check()
    }

    @Test func theClientTakesWhateverComes() throws {
        let recordings = try [true, false].map { try Recording(answersRoundTrips: $0).fromServer }
        var ends = Ends()
        for run in 0..<Self.runs {
            var random = SeededGenerator(seed: UInt64(run) << 32)
            let stream = Self.damaged(recordings[run % 2], using: &random)
            var client = ClientEndpoint(configuration: Pair.configuration)
            var output = ByteWriter()
            var events = 0
            do throws(RDPError) {
                for piece in Self.pieces(of: stream, using: &random) {
                    var input = ByteReader(piece.span.bytes)
                    while try client.next(&input, output: &output) != nil { events += 1 }
                }
                ends.quiet += 1
            } catch {
                ends.failed += 1
            }
            Self.check(client, events, output, stream, run)
        }
        ends.check()
    }

    @Test func theScannerTakesWhateverComes() throws {
        let recordings = try [true, false].map { try Recording(answersRoundTrips: $0) }
        for run in 0..<Self.runs / 4 {
            var random = SeededGenerator(seed: UInt64(run) << 16)
            let fromServer = Bool.random(using: &random)
            let recording = recordings[run % 2]
            let stream = Self.damaged(fromServer ? recording.fromServer : recording.fromClient, using: &random)
            var channels = ScanChannels()
            for piece in Self.pieces(of: stream, using: &random) {
                channels.learn(from: piece.span.bytes, fromServer: fromServer)
                let classes = PDUScan.classes(of: piece.span.bytes, fromServer: fromServer, channels: channels)
                if classes.count > piece.count { Issue.record("run \(run): more PDUs than bytes") }
            }
        }
    }

    @Test func anEndlessChannelMessageIsRefused() throws {
        var pair = try Pair.active()
        // A first chunk, then ones that neither begin nor end, of a message as long as may be.
        var flags: UInt8 = 1
        var kept = 0
        #expect(throws: RDPError.self) {
            for _ in 0..<100 {
                var chunk = ByteWriter()
                let start = DomainPDU.beginData(&chunk, fromServer: false, user: 1007, channel: 1004)
                chunk.append([0, 0, 1, 0, flags, 0, 0, 0])
                chunk.zeros(StaticChannel.chunkLength)
                DomainPDU.endData(&chunk, at: start)
                pair.toServer.append(chunk.bytes)
                try pair.settle()
                kept = max(kept, bytesKept(by: pair.server))
                flags = 0
            }
        }
        #expect(kept > 60_000)
        #expect(kept <= StaticChannel.longestMessage + 1024)
    }

    /// Both kinds of end must have been seen, or the damage was too much or too little.
    private struct Ends {
        var quiet = 0
        var failed = 0

        func check() {
            #expect(quiet > runs / 50)
            #expect(failed > runs / 50)
        }
    }

    /// Silent while all is well: an expectation a run would cost more than the run.
    private static func check(_ endpoint: Any, _ events: Int, _ output: ByteWriter, _ stream: [UInt8], _ run: Int) {
        if events > stream.count { Issue.record("run \(run): more events than bytes") }
        if output.count > stream.count * 8 + 4096 { Issue.record("run \(run): \(output.count) bytes of answers") }
        // Looking into a value is slow; a leak would not hide from every eighth look.
        guard run.isMultiple(of: 8) else { return }
        let kept = bytesKept(by: endpoint)
        if kept > mostKept { Issue.record("run \(run): keeps \(kept) bytes") }
    }

    /// One to six places of a stream flipped, cut out, put in or said twice.
    private static func damaged(_ stream: [UInt8], using random: inout SeededGenerator) -> [UInt8] {
        var bytes = stream
        for _ in 0..<Int.random(in: 1...6, using: &random) where !bytes.isEmpty {
            let position = Int.random(in: 0..<bytes.count, using: &random)
            let end = min(bytes.count, position + Int.random(in: 1...64, using: &random))
            switch Int.random(in: 0..<6, using: &random) {
            case 0: bytes[position] ^= 1 << UInt8.random(in: 0..<8, using: &random)
            case 1: bytes[position] = .random(in: 0...255, using: &random)
            case 2: bytes[position] = [0, 0x7F, 0x80, 0xFF].randomElement(using: &random) ?? 0
            case 3: bytes.removeSubrange(position..<end)
            case 4: bytes.insert(contentsOf: bytes[position..<end], at: Int.random(in: 0...bytes.count, using: &random))
            default: if position > bytes.count / 4 { bytes.removeSubrange(position...) }
            }
        }
        return bytes
    }

    private static func pieces(of bytes: [UInt8], using random: inout SeededGenerator) -> [[UInt8]] {
        Pair.pieces(of: bytes, [3, 17, 256, .max].randomElement(using: &random) ?? 3)
    }
}

/// How many bytes arrays in a value hold, however deep they lie in it.
private func bytesKept(by value: Any) -> Int {
    if let bytes = value as? [UInt8] { return bytes.count }
    return Mirror(reflecting: value).children.reduce(0) { $0 + bytesKept(by: $1.value) }
}
