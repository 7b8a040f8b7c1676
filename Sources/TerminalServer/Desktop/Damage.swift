/// What of a desktop its client has not been shown yet: areas, not the one that holds them all, so that no more is drawn
/// than was asked for.
struct Damage {
    /// Of more areas than this, the one that holds them all is drawn.
    private static let most = 8

    private(set) var areas: [Area] = []

    var isEmpty: Bool { areas.isEmpty }

    mutating func add(_ area: Area) {
        guard !area.isEmpty, !areas.contains(where: { $0.union(area) == $0 }) else { return }
        areas.removeAll { area.union($0) == area }
        areas.append(area)
        if areas.count > Self.most { areas = [areas.reduce(.empty) { $0.union($1) }] }
    }

    mutating func removeAll() { areas = [] }

    /// The next area to draw.
    mutating func popFirst() -> Area? {
        guard let first = areas.first else { return nil }
        // Idle connections are many, and most have nothing to draw: the last takes the array's room with it.
        if areas.count == 1 { areas = [] } else { areas.removeFirst() }
        return first
    }
}
