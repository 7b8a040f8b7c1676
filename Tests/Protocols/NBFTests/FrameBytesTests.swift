import Random
import PacketTestSupport
import Testing
import Wire

@testable import NBF

/// Frames against their bytes as the standards lay them out.
@Suite struct FrameBytesTests {
    private static let server = MACAddress(workstation: 0x7F00_0001)
    private static let client = MACAddress(workstation: 0xC612_002A)
    private static let addresses = "02 00 7f 00 00 01 02 00 c6 12 00 2a"

    @Test(arguments: [
        (LLCControl.unnumbered(.sabme, pollFinal: true), false, "00 03 f0 f0 7f"),
        (.unnumbered(.ua, pollFinal: true), true, "00 03 f0 f1 73"),
        (.unnumbered(.disc, pollFinal: true), false, "00 03 f0 f0 53"),
        (.unnumbered(.dm, pollFinal: false), true, "00 03 f0 f1 0f"),
        (.unnumbered(.frmr, pollFinal: false), true, "00 03 f0 f1 87"),
        (.unnumbered(.ui, pollFinal: false), false, "00 03 f0 f0 03"),
        (.supervisory(.receiveReady, receive: 5, pollFinal: true), false, "00 04 f0 f0 01 0b"),
        (.supervisory(.receiveReady, receive: 127, pollFinal: true), true, "00 04 f0 f1 01 ff"),
        (.supervisory(.receiveNotReady, receive: 0, pollFinal: false), true, "00 04 f0 f1 05 00"),
        (.supervisory(.reject, receive: 64, pollFinal: false), true, "00 04 f0 f1 09 80"),
        (.information(send: 127, receive: 1, pollFinal: false), false, "00 04 f0 f0 fe 02"),
    ])
    func controlFields(control: LLCControl, isResponse: Bool, expected: String) throws {
        var batch = FrameBatch()
        let frame = LLCFrame(to: Self.server, from: Self.client, isResponse: isResponse, control: control)
        batch.append(frame)
        let bytes = try #require(batch.frames.first)
        #expect(bytes.count == LLCFrame.shortestFrame)
        let head = "\(Self.addresses) \(expected)"
        #expect(text(bytes.prefix(hex(head).count)) == head)
        #expect(bytes.dropFirst(hex(head).count).allSatisfy { $0 == 0 })
        var decoded = try LLCFrame(decoding: bytes.span.bytes)
        #expect(decoded.information.isEmpty)
        decoded.information = 0..<0
        #expect(decoded == frame)
    }

    private static let numbers = SessionNumbers(destination: 2, source: 1)
    private static let called = "54 45 52 4d 53 52 56 20 20 20 20 20 20 20 20 20"
    private static let calling = "57 53 43 36 31 32 30 30 32 41 20 20 20 20 20 00"

    @Test(arguments: [
        (
            NBFFrame.nameQuery(
                session: 1, response: 0x1234, called: .terminalServer, calling: NetBIOSName(workstation: 0xC612_002A)),
            "2c 00 ff ef 0a 00 01 00 00 00 34 12 \(called) \(calling)"
        ),
        (
            .nameRecognized(
                session: 2, transmit: 0x1234, response: 0x5678, calling: NetBIOSName(workstation: 0xC612_002A),
                called: .terminalServer),
            "2c 00 ff ef 0e 00 02 00 34 12 78 56 \(calling) \(called)"
        ),
        (
            .sessionInitialize(numbers: numbers, largest: 1400, transmit: 0x5678, response: 0x0102),
            "0e 00 ff ef 19 01 78 05 78 56 02 01 02 01"
        ),
        (
            .sessionConfirm(numbers: numbers, largest: 1400, transmit: 0x0102, response: 0),
            "0e 00 ff ef 17 01 78 05 02 01 00 00 02 01"
        ),
        (.dataFirstMiddle(numbers: numbers, response: 9), "0e 00 ff ef 15 00 00 00 00 00 09 00 02 01"),
        (.dataOnlyLast(numbers: numbers, response: 9), "0e 00 ff ef 16 00 00 00 00 00 09 00 02 01"),
        (.dataAck(numbers: numbers, transmit: 9), "0e 00 ff ef 14 00 00 00 09 00 00 00 02 01"),
        (.sessionEnd(numbers: numbers, abnormal: true), "0e 00 ff ef 18 00 01 00 00 00 00 00 02 01"),
        (.sessionAlive(numbers: numbers), "0e 00 ff ef 1f 00 00 00 00 00 00 00 02 01"),
    ])
    func headers(frame: NBFFrame, expected: String) throws {
        var output = ByteWriter()
        frame.encode(into: &output)
        #expect(text(output.bytes) == expected)
        var reader = ByteReader(output.bytes.span.bytes)
        let decoded = try NBFFrame(from: &reader)
        let left = reader.remaining
        #expect(decoded == frame)
        #expect(left == 0)
    }

    @Test func padding() throws {
        var batch = FrameBatch()
        let ui = LLCFrame(
            to: .netBIOS, from: Self.client, isResponse: false, control: .unnumbered(.ui, pollFinal: false))
        let length = batch.append(ui) { $0.append([1, 2, 3]) }
        #expect(length == 60)
        let bytes = batch.frames[0]
        let frame = try LLCFrame(decoding: bytes.span.bytes)
        #expect(frame.information == 17..<20)
        #expect(frame.destination.isGroup)
        #expect("\(frame.destination) \(frame.source)" == "03:00:00:00:00:01 02:00:c6:12:00:2a")
        #expect(frame.source.workstation == 0xC612_002A)
    }

    @Test(arguments: [
        "", "02 00 7f 00 00 01 02 00 c6 12 00 2a 00",
        "\(addresses) 00 03 f0 f0",  // Shorter than its length says.
        "\(addresses) 05 dd f0 f0 7f",  // A type, or too long.
        "\(addresses) 00 02 f0 f0 7f",  // No control field within the length.
        "\(addresses) 00 03 f0 f0 01",  // Half a control field.
        "\(addresses) 00 04 f0 f0 0d 00", "\(addresses) 00 03 f0 f0 ff",  // Controls that there are not.
        "\(addresses) 00 03 e0 f0 7f", "\(addresses) 00 03 f0 e0 7f",  // Other access points.
        "02 00 7f 00 00 01 03 00 00 00 00 01 00 03 f0 f0 7f",  // A group cannot send.
    ])
    func whatIsNoFrame(bytes: String) {
        let bytes = hex(bytes)
        #expect(throws: WireError.self) { try LLCFrame(decoding: bytes.span.bytes) }
    }

    @Test func anyBytesAreTakenApartOrRefused() {
        var random = SeededGenerator(seed: 4)
        var taken = 0
        for _ in 0..<20_000 {
            var bytes = hex("\(Self.addresses) 00 12 f0 f0 00 00 0e 00 ff ef 16 00 00 00 00 00 09 00 02 01 41 42")
            for _ in 0..<Int.random(in: 0...3, using: &random) {
                bytes[Int.random(in: 0..<bytes.count, using: &random)] = .random(in: 0...255, using: &random)
            }
            bytes.removeLast(Int.random(in: 0...bytes.count, using: &random) * Int.random(in: 0...1, using: &random))
            guard let frame = try? LLCFrame(decoding: bytes.span.bytes) else { continue }
            #expect(frame.information.upperBound <= bytes.count)
            var reader = ByteReader(bytes.span.bytes.extracting(frame.information))
            if (try? NBFFrame(from: &reader)) != nil { taken += 1 }
        }
        #expect(taken > 1000)
    }
}
