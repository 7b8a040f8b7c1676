import RDP
import Wire

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

    /// A look's tiles one behind the other, in the order in which they were first painted, and where the bytes of each
    /// are, by its number on the desktop; nil where it is not kept.
    private struct Shelf {
        var bytes: [UInt8] = []
        var places: [Range<Int>?]
    }

    private var looks: [Look] = []
    private var shelves: [Shelf] = []

    /// The place of a look's tiles, which stays its until the next look is asked for.
    mutating func shelf(for look: Look, tiles: Int) -> Int {
        if let shelf = looks.firstIndex(of: look) { return shelf }
        if looks.count >= Self.most { (looks, shelves) = ([], []) }
        looks.append(look)
        shelves.append(Shelf(places: Array(repeating: nil, count: tiles)))
        return looks.count - 1
    }

    /// Writes the bytes of a tile and of those after it, as far as they are kept one behind the other: a desktop without
    /// anything of its own is one piece.
    ///
    /// - Parameters:
    ///   - most: so many tiles, and no tile that begins beyond `size` bytes of the output.
    /// - Returns: how many tiles were written, 0 where the first is not kept.
    func write(from number: Int, most: Int, until size: Int, on shelf: Int, into output: inout ByteWriter) -> Int {
        let (bytes, places) = (shelves[shelf].bytes, shelves[shelf].places)
        guard let first = places[number] else { return 0 }
        var (next, end) = (number + 1, first.upperBound)
        while next < places.count, next - number < most, output.count + end - first.lowerBound < size,
            let place = places[next], place.lowerBound == end
        {
            (next, end) = (next + 1, place.upperBound)
        }
        output.append(bytes.span.bytes.extracting(first.lowerBound..<end))
        return next - number
    }

    mutating func keep(_ bytes: some Collection<UInt8>, as number: Int, on shelf: Int) {
        let start = shelves[shelf].bytes.count
        shelves[shelf].bytes += bytes
        shelves[shelf].places[number] = start..<(start + bytes.count)
    }
}
