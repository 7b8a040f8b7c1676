import RDP
import Time
import Wire
import EventLoop

/// One operation of the codecs, done as often as asked.
enum Codec: String, CaseIterable {
    case logonBothEnds = "logon-both-ends"
    case heartbeatEncode = "heartbeat-encode"
    case heartbeatAnswer = "heartbeat-decode-and-answer"
    case heartbeatDecode = "heartbeat-answer-decode"
    case keyEncode = "key-encode"
    case keyDecode = "key-decode"
    case reportEncode = "report-encode"
    case reportDecode = "report-decode"
    case tileEncode = "text-tile-encode"
    case tileDecode = "text-tile-decode"

    /// Black text of a kind on white, 64 pixels a side.
    private static let tile: [UInt8] = (0..<64 * 64).map { $0 / 64 % 12 < 8 && ($0 &* 2_654_435_761) >> 9 & 7 == 0 ? 0 : 1 }
    private static let palette = Palette([.init(0, 0, 0), .init(255, 255, 255)])
    private static let report = SessionReport(session: 7, resumed: true, keystrokes: 9, text: "user00001")
    private static let key = [InputEvent.unicode(0x61, released: false), .unicode(0x61, released: true)]

    func run(_ count: Int) throws {
        if self == .logonBothEnds {
            for _ in 0..<count {
                var pair = Pair()
                try pair.logOn()
            }
            return
        }
        var pair = Pair()
        try pair.logOn()
        guard pair.client.isActive, pair.server.isActive else { fatalError("the logon came to nothing") }
        switch self {
        case .logonBothEnds: break
        case .heartbeatEncode: encode(count, &pair) { $0.server.sendHeartbeat(sequence: 1, output: &$0.toClient) }
        case .heartbeatAnswer:
            pair.server.sendHeartbeat(sequence: 1, output: &pair.toClient)
            try decodeByClient(count, &pair)
        case .heartbeatDecode:
            pair.server.sendHeartbeat(sequence: 1, output: &pair.toClient)
            try pair.listen()
            try decodeByServer(count, &pair)
        case .keyEncode: encode(count, &pair) { $0.client.sendInput(Self.key, output: &$0.toServer) }
        case .keyDecode:
            pair.client.sendInput(Self.key, output: &pair.toServer)
            try decodeByServer(count, &pair)
        case .reportEncode: encode(count, &pair) { $0.server.sendReport(Self.report, output: &$0.toClient) }
        case .reportDecode:
            pair.server.sendReport(Self.report, output: &pair.toClient)
            try decodeByClient(count, &pair)
        case .tileEncode: encode(count, &pair, Self.drawTile)
        case .tileDecode:
            Self.drawTile(&pair)
            try decodeByClient(count, &pair)
        }
    }

    private static func drawTile(_ pair: inout Pair) {
        pair.server.sendBitmap(left: 0, top: 0, width: 64, pixels: tile, palette, output: &pair.toClient)
    }

    private func encode(_ count: Int, _ pair: inout Pair, _ body: (inout Pair) -> Void) {
        for _ in 0..<count {
            body(&pair)
            pair.toClient.removeAll()
            pair.toServer.removeAll()
        }
    }

    private func decodeByClient(_ count: Int, _ pair: inout Pair) throws {
        let bytes = pair.toClient.bytes
        for _ in 0..<count {
            var input = ByteReader(bytes.span.bytes)
            while try pair.client.next(&input, output: &pair.toServer) != nil {}
            pair.toServer.removeAll()
        }
    }

    private func decodeByServer(_ count: Int, _ pair: inout Pair) throws {
        let bytes = pair.toServer.bytes
        for _ in 0..<count {
            var input = ByteReader(bytes.span.bytes)
            while try pair.server.next(&input, output: &pair.toClient) != nil {}
            pair.toClient.removeAll()
        }
    }
}
