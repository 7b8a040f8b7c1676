/// Tiles that look the same in every session, kept as they go out: most of a desktop, painted and encoded once.
struct CommonTiles {
    struct Key: Hashable {
        var area: Area
        var desktopWidth: Int
        var desktopHeight: Int
        /// Whether the client takes bitmaps without their header, which is in the bytes.
        var omitsBitmapHeaders: Bool
    }

    /// Enough for several sizes of desktop. Clients choose the sizes, so there must be an end.
    private static let most = 1024

    private var tiles: [Key: [UInt8]] = [:]

    subscript(key: Key) -> [UInt8]? { tiles[key] }

    mutating func keep(_ bytes: some Sequence<UInt8>, for key: Key) {
        if tiles.count >= Self.most { tiles.removeAll(keepingCapacity: true) }
        tiles[key] = Array(bytes)
    }
}
