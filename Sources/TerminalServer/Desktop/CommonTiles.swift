import RDP

/// Tiles that look the same in every session, kept as they go out: most of a desktop, painted and encoded once.
struct CommonTiles {
    /// What the bytes of a tile depend on besides its place.
    struct Look: Hashable {
        var desktopWidth: Int
        var desktopHeight: Int
        var colorDepth: ColorDepth
        /// Whether the client takes bitmaps without their header, which is in the bytes.
        var omitsBitmapHeaders: Bool
    }

    /// Enough for the sizes of desktop in use. Clients choose the sizes, so there must be an end.
    private static let most = 16

    private var looks: [Look] = []
    /// For each look, its tiles by their number on the desktop; empty where none is kept.
    private var shelves: [[[UInt8]]] = []

    /// The place of a look's tiles, which stays its until the next look is asked for.
    mutating func shelf(for look: Look, tiles: Int) -> Int {
        if let shelf = looks.firstIndex(of: look) { return shelf }
        if looks.count >= Self.most { (looks, shelves) = ([], []) }
        looks.append(look)
        shelves.append(Array(repeating: [], count: tiles))
        return looks.count - 1
    }

    /// A tile's bytes; empty where none are kept.
    func tile(_ number: Int, on shelf: Int) -> [UInt8] { shelves[shelf][number] }

    mutating func keep(_ bytes: some Sequence<UInt8>, as number: Int, on shelf: Int) { shelves[shelf][number] = Array(bytes) }
}
