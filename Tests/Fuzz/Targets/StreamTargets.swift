import EventLoop
import RDP
import Wire

/// What else reads bytes from the network.
enum StreamTargets {
    /// Both directions of captured traffic; the first byte says which.
    @Sendable static func scan(_ bytes: [UInt8]) {
        guard let first = bytes.first else { return }
        let fromServer = first & 1 == 1
        let stream = Array(bytes.dropFirst())
        var channels = ScanChannels()
        let all = stream.span.bytes
        for range in [0..<stream.count] + pieces(of: stream).prefix(64) {
            let segment = all.extracting(range)
            channels.learn(from: segment, fromServer: fromServer)
            let classes = PDUScan.classes(of: segment, fromServer: fromServer, channels: channels)
            if classes.count > range.count { fatalError("more PDUs than bytes") }
        }
    }

    /// The PDUs of a stream in one piece and in many are the same, and nothing is lost between them.
    @Sendable static func frames(_ stream: [UInt8]) {
        let whole = pdus(of: stream, in: [0..<stream.count])
        guard pdus(of: stream, in: pieces(of: stream)) == whole else { fatalError("other PDUs from pieces") }
        if !stream.starts(with: whole.joined()) { fatalError("the PDUs are not the stream's") }
    }

    private static func pdus(of stream: [UInt8], in pieces: [Range<Int>]) -> [[UInt8]] {
        var frames = FrameBuffer()
        var pdus: [[UInt8]] = []
        for piece in pieces {
            var input = ByteReader(stream.span.bytes.extracting(piece))
            while true {
                guard let pdu = try? next(&frames, &input) else { return pdus }
                if pdu.isEmpty { break }
                pdus.append(pdu)
            }
        }
        return pdus
    }

    /// The next PDU; empty where there is none yet.
    @_lifetime(input: copy input)
    private static func next(_ frames: inout FrameBuffer, _ input: inout ByteReader) throws(WireError) -> [UInt8] {
        if let length = try frames.lengthInPlace(input) { return try input.array(length) }
        return try frames.complete(&input) ?? []
    }

    @Sendable static func report(_ bytes: [UInt8]) {
        guard let report = try? SessionReport(decoding: bytes) else { return }
        guard let again = try? SessionReport(decoding: report.encoded) else { fatalError("a report cannot be read back") }
        // Text that is no UTF-8 grows when it is mended, and may then be cut.
        if report.text.utf8.count <= SessionReport.longestText, again != report { fatalError("a report changed") }
    }

    @Sendable static func httpHead(_ stream: [UInt8]) {
        let whole = answer([stream])
        let parts = answer(pieces(of: stream).map { Array(stream[$0]) })
        // A head that is too long is left at once or piece by piece, before or after its end is seen.
        guard stream.count <= HTTPHead.longest else { return }
        if whole != parts { fatalError("another answer from pieces: \(whole ?? []), \(parts ?? [])") }
    }

    /// The status, 0 for none, and all that came of the body.
    private static func answer(_ pieces: [[UInt8]]) -> [UInt8]? {
        var head = HTTPHead()
        for (index, piece) in pieces.enumerated() {
            switch head.add(piece) {
            case .unfinished: continue
            case .bad: return nil
            case .status(let code, let rest):
                return [UInt8(code & 255), UInt8(code >> 8)] + rest + pieces[(index + 1)...].joined()
            }
        }
        return []
    }
}
