import Wire

@testable import RDP

/// Both sides' bytes of a connection in which everything happens once.
struct Recording {
    var fromClient: [UInt8]
    var fromServer: [UInt8]
    /// The same, PDU by PDU.
    var clientPDUs: [[UInt8]] { Self.split(fromClient) }
    var serverPDUs: [[UInt8]] { Self.split(fromServer) }

    static let tile = (left: 4, top: 8, width: 64)

    init(answersRoundTrips: Bool) throws {
        var pair = try Pair.active(answersRoundTrips: answersRoundTrips)
        pair.server.sendSessionInfo(session: 7, domain: "LAB", user: "ada", output: &pair.toClient)
        pair.server.sendReport(
            SessionReport(session: 7, resumed: true, keystrokes: 9, text: String(repeating: "a", count: 2000)),
            output: &pair.toClient)
        pair.server.sendBitmap(
            left: Self.tile.left, top: Self.tile.top, width: Self.tile.width,
            pixels: (0..<64 * 16).map { UInt8($0 * 7 % 13) }, Palette([]), output: &pair.toClient)
        pair.server.sendHeartbeat(sequence: 1, output: &pair.toClient)
        pair.client.sendInput(
            [.scancode(0x1E, released: false, extended: false), .mouse(flags: 0x0800, x: 1, y: 2), .synchronize(flags: 0)],
            output: &pair.toServer)
        try pair.settle()
        pair.client.sendSuppressOutput(true, output: &pair.toServer)
        pair.server.sendHeartbeat(sequence: 2, output: &pair.toClient)
        pair.client.sendShutdownRequest(output: &pair.toServer)
        pair.server.denyShutdown(output: &pair.toClient)
        try pair.settle()
        pair.server.reactivate(output: &pair.toClient)
        try pair.settle()
        pair.client.sendLogoff(output: &pair.toServer)
        try pair.settle()
        pair.server.end(.loggedOffByUser, output: &pair.toClient)
        pair.client.disconnect(output: &pair.toServer)
        try pair.settle()
        (fromClient, fromServer) = (pair.fromClient, pair.fromServer)
    }

    private static func split(_ bytes: [UInt8]) -> [[UInt8]] {
        var pdus: [[UInt8]] = []
        var rest = bytes[...]
        while let length = try? Frame.length(Array(rest).span.bytes) {
            pdus.append(Array(rest.prefix(length)))
            rest = rest.dropFirst(length)
        }
        return pdus
    }
}
