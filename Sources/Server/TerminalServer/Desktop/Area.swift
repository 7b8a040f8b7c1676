/// A rectangle of the desktop in pixels, its right and bottom edges outside it.
///
/// Every connection keeps some, so its edges are kept short. What lies beyond 32,767 is taken for that: the largest desktop
/// has 4,096 pixels a side.
struct Area: Hashable {
    private var edges: SIMD4<Int16>

    init(left: Int, top: Int, right: Int, bottom: Int) {
        edges = SIMD4(Int16(clamping: left), Int16(clamping: top), Int16(clamping: right), Int16(clamping: bottom))
    }

    var left: Int { Int(edges.x) }
    var top: Int { Int(edges.y) }
    var right: Int { Int(edges.z) }
    var bottom: Int { Int(edges.w) }

    static let empty = Area(left: 0, top: 0, right: 0, bottom: 0)

    var width: Int { max(0, right - left) }
    var height: Int { max(0, bottom - top) }
    var isEmpty: Bool { width == 0 || height == 0 }

    /// The smallest area that holds both.
    func union(_ other: Area) -> Area {
        if isEmpty { return other }
        if other.isEmpty { return self }
        return Area(
            left: min(left, other.left), top: min(top, other.top),
            right: max(right, other.right), bottom: max(bottom, other.bottom))
    }

    func intersection(_ other: Area) -> Area {
        var both = self
        both.edges.lowHalf = pointwiseMax(edges.lowHalf, other.edges.lowHalf)
        both.edges.highHalf = pointwiseMin(edges.highHalf, other.edges.highHalf)
        return both
    }

    func contains(x: Int, y: Int) -> Bool { left..<right ~= x && top..<bottom ~= y }

    func contains(_ other: Area) -> Bool { intersection(other) == other }

    func inset(by distance: Int) -> Area {
        Area(left: left + distance, top: top + distance, right: right - distance, bottom: bottom - distance)
    }

    /// The area widened to columns that are multiples of `step`, which bitmaps on the wire need their widths to be.
    func widened(toColumnsOf step: Int) -> Area {
        Area(left: left / step * step, top: top, right: (right + step - 1) / step * step, bottom: bottom)
    }

    /// The part of the area that lies in one square of a grid of `side` pixels that starts at the desktop's corner; the
    /// squares are counted row by row from the area's first. Nil behind the last.
    func tile(_ number: Int, side: Int) -> Area? {
        guard !isEmpty else { return nil }
        let (x, y) = (left / side, top / side)
        let columns = (right + side - 1) / side - x
        let square = Area(left: (x + number % columns) * side, top: (y + number / columns) * side, right: 0, bottom: 0)
        guard square.top < bottom else { return nil }
        return intersection(
            Area(left: square.left, top: square.top, right: square.left + side, bottom: square.top + side))
    }

    /// How many tiles ``tile(_:side:)`` has.
    func tiles(side: Int) -> Int {
        isEmpty ? 0 : ((right + side - 1) / side - left / side) * ((bottom + side - 1) / side - top / side)
    }
}
