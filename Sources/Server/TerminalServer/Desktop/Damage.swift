/// What of a desktop its client has not been shown yet: areas, not the one that holds them all, so that no more is drawn
/// than was asked for.
struct Damage {
    /// Of more areas than this, the one that holds them all is drawn.
    private static let most = 8

    private var pieces: [Piece] = []

    /// An area, and how many of its tiles the client has got. The largest desktop has 4,096.
    private struct Piece {
        var area: Area
        var painted: UInt16 = 0
    }

    var areas: [Area] { pieces.map(\.area) }
    var isEmpty: Bool { pieces.isEmpty }

    /// An area of which a part has gone out already may have changed in that part: it takes no other in.
    mutating func add(_ area: Area) {
        guard !area.isEmpty, !pieces.contains(where: { $0.painted == 0 && $0.area.union(area) == $0.area }) else { return }
        pieces.removeAll { area.union($0.area) == area }
        pieces.append(Piece(area: area))
        if pieces.count > Self.most { pieces = [Piece(area: areas.reduce(.empty) { $0.union($1) })] }
    }

    /// The next area to draw, as much of it as there is on the desktop, and how many of its tiles the client has got.
    mutating func first(on desktop: Desktop) -> (area: Area, painted: Int)? {
        while let piece = pieces.first {
            let area = piece.area.widened(toColumnsOf: 4).intersection(desktop.screen)
            if !area.isEmpty { return (area, Int(piece.painted)) }
            removeFirst()
        }
        return nil
    }

    /// So many tiles of the first area have gone out.
    mutating func note(painted: Int) { pieces[0].painted = UInt16(painted) }

    /// The first area has gone out whole.
    mutating func removeFirst() {
        // Idle connections are many, and most have nothing to draw: the last takes the array's room with it.
        if pieces.count == 1 { pieces = [] } else { pieces.removeFirst() }
    }
}
