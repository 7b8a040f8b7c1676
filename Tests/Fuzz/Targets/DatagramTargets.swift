import Line
import NBF
import SPX
import Time
import Wire

/// The frames of the datagram protocols, and the drivers that take them. An input is a run of packets, each behind its
/// length in two bytes; between one and the next some time passes.
enum DatagramTargets {
    private static let pause = Duration.milliseconds(170)
    private static let local = IPXAddress(ipv4: 0xC613_0001, socket: 0x8D3D)
    private static let remote = IPXAddress(ipv4: 0xC612_0001, socket: 0x4D3D)
    private static let station = MACAddress(workstation: 0xC613_0001)
    /// More than any driver has reason to answer to one packet, or to what waits in one window.
    private static let mostAnswers = 64

    static func packets(of bytes: [UInt8]) -> [ArraySlice<UInt8>] {
        var packets: [ArraySlice<UInt8>] = []
        var rest = bytes[...]
        while rest.count > 2 {
            let length = Int(rest[rest.startIndex]) << 8 | Int(rest[rest.startIndex + 1])
            packets.append(rest.dropFirst(2).prefix(length))
            rest = rest.dropFirst(2 + length)
        }
        return packets
    }

    /// One end that asks for a connection, and those that others ask for here.
    @Sendable static func spx(_ bytes: [UInt8]) {
        let settings = SPXSettings(.windowsNT4)
        var now = MonotonicTime.zero
        var machines = [SPXMachine(connectingAs: 0x0101, settings: settings, at: now)]
        for bytes in packets(of: bytes).map(Array.init) {
            now = now + pause
            var reader = ByteReader(bytes.span.bytes)
            guard let packet = try? SPXPacket.read(&reader), packet.dataLength <= reader.remaining else { continue }
            var again = ByteWriter()
            packet.write(&again)
            if again.bytes != Array(bytes.prefix(SPXPacket.headerSize)) { fatalError("other headers: \(packet)") }
            if packet.spx.isRequest, machines.count < 4 {
                machines.append(
                    SPXMachine(accepting: packet.spx, as: 0x0200 + UInt16(machines.count), settings: settings, at: now))
            }
            let data = bytes.span.bytes.extracting(
                SPXPacket.headerSize..<SPXPacket.headerSize + packet.dataLength)
            for index in machines.indices {
                _ = machines[index].receive(packet.spx, data: data, at: now)
                use(&machines[index], packet, at: now)
            }
        }
        for index in machines.indices { wearOut(&machines[index], from: now) }
    }

    /// What a program does: it writes, stops reading, goes on, closes.
    private static func use(_ machine: inout SPXMachine, _ packet: SPXPacket, at now: MonotonicTime) {
        switch packet.spx.sequence & 7 {
        case 1: machine.send([UInt8](repeating: 7, count: 1200).span.bytes)
        case 2: machine.pauseReading()
        case 3: _ = machine.resumeReading()
        case 4 where packet.spx.acknowledge & 7 == 7: machine.close(at: now)
        default: break
        }
        machine.advance(to: now)
        empty(&machine, at: now)
    }

    private static func empty(_ machine: inout SPXMachine, at now: MonotonicTime) {
        var output = ByteWriter()
        var answers = 0
        while machine.nextPacket(from: local, to: remote, into: &output, at: now) != nil {
            answers += 1
            if answers > mostAnswers { fatalError("no end of packets") }
        }
        while machine.nextEvent() != nil {}
    }

    /// Whatever state it is in, a driver that hears nothing more comes to an end, or has nothing to do.
    private static func wearOut(_ machine: inout SPXMachine, from start: MonotonicTime) {
        var now = start
        for _ in 0..<200 {
            guard let deadline = machine.nextDeadline else { return }
            now = max(now, deadline)
            machine.advance(to: now)
            empty(&machine, at: now)
        }
        fatalError("a driver that never gives up")
    }

    /// A station that calls and one that is called.
    @Sendable static func nbf(_ bytes: [UInt8]) {
        let settings = NBFSettings(.windowsNT4)
        var now = MonotonicTime.zero
        var output = NBFOutput()
        var caller = SessionMachine(
            from: station, calling: .terminalServer, number: 7, correlator: 100, settings: settings)
        caller.call(at: now, into: &output)
        var called: SessionMachine?
        for bytes in packets(of: bytes).map(Array.init) {
            now = now + pause
            output.frames.removeAll()
            let span = bytes.span.bytes
            guard let frame = try? LLCFrame(decoding: span) else { continue }
            _ = NameService.answer(frame, span, having: .terminalServer, at: station, hasRoom: true, into: &output)
            check(caller.receive(frame, span, at: now, into: &output), bytes)
            if called != nil {
                if let outcome = called?.receive(frame, span, at: now, into: &output) { check(outcome, bytes) }
                _ = called?.send([1, 2, 3].span.bytes, limit: 4096, at: now, into: &output)
            } else if case .unnumbered(.sabme, let poll) = frame.control {
                called = SessionMachine(
                    at: station, answering: frame.source, pollFinal: poll, settings: settings, at: now, into: &output)
            }
            if caller.nextDeadline <= now { check(caller.tick(at: now, into: &output), bytes) }
            if output.frames.count > mostAnswers { fatalError("\(output.frames.count) frames for one") }
        }
    }

    private static func check(_ outcome: SessionOutcome, _ bytes: [UInt8]) {
        guard let range = outcome.delivered else { return }
        if range.lowerBound < 0 || range.upperBound > bytes.count { fatalError("delivered what was not received") }
    }

    /// What a line and a firewall look at.
    @Sendable static func packet(_ bytes: [UInt8]) {
        guard let header = try? PacketHeader(bytes.span.bytes) else { return }
        if header.length != bytes.count { fatalError("a packet of another length") }
        if header.sourceText.isEmpty || header.destinationText.isEmpty || header.protocolName.isEmpty {
            fatalError("a packet without a name")
        }
    }
}
