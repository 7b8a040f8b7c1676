import Testing

/// What stock clients show of colours that are known, in every depth that they can ask for.
@Suite(.serialized, .timeLimit(.minutes(2))) struct StockDepthTests {
    /// The sixteen colours of the VGA, in the order of the desktop's card of colours.
    private static let colors: [UInt32] = [
        0x000000, 0x800000, 0x008000, 0x808000, 0x000080, 0x800080, 0x008080, 0xC0C0C0,
        0x808080, 0xFF0000, 0x00FF00, 0xFFFF00, 0x0000FF, 0xFF00FF, 0x00FFFF, 0xFFFFFF,
    ]

    /// How far a channel may be off: five bits leave steps of eight, and what is widened to eight bits again may be rounded.
    private static let tolerance: [Int: Int32] = [8: 0, 15: 8, 16: 8, 24: 0]

    /// How far the channel that is off the most is off.
    private static func distance(_ a: UInt32, _ b: UInt32) -> Int32 {
        var most: Int32 = 0
        for shift: UInt32 in [16, 8, 0] {
            let (one, other) = (Int32(a >> shift & 0xFF), Int32(b >> shift & 0xFF))
            most = max(most, abs(one - other))
        }
        return most
    }

    @Test func coloursAreWhatTheyAre() throws {
        let server = try StockServer([])
        defer { server.stop() }
        let peers = try [8, 15, 16, 24].flatMap { depth in
            try [("xfreerdp", ["/bpp:\(depth)"]), ("rdesktop", ["-a", "\(depth)"])].map { program, options in
                let screen = try Screen()
                let client = try StockClient(name: program, program: program, options: options)
                    .start(on: screen, at: server, as: "\(program)\(depth)")
                server.keep(screen, client)
                return (program: program, depth: depth, screen: screen, client: client)
            }
        }
        for peer in peers {
            let (name, screen) = ("\(peer.program) at \(peer.depth) bits", peer.screen)
            try #require(eventually(within: 20) { screen.isTeal(x: 600, y: 300) }, "\(name): \(peer.client.said)\n\(server.log)")
            let card = try screen.pixels(x: 652, y: 18, width: 128, height: 32)
            for (number, color) in Self.colors.enumerated() {
                // Each corner of the swatch, and its middle.
                for (x, y) in [(0, 0), (15, 0), (0, 15), (15, 15), (8, 8)] {
                    let pixel = card[(number / 8 * 16 + y) * 128 + number % 8 * 16 + x]
                    #expect(
                        Self.distance(pixel, color) <= Self.tolerance[peer.depth, default: 0],
                        "\(name): colour \(number) is \(String(pixel, radix: 16))")
                }
            }
        }
    }
}
