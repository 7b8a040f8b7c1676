@testable import Lab

extension CellColumns {
    /// How many of the struck clients the server had found by the horizon.
    static let found = C("detected", "found", rank: 9) { .part($0.cell.detected, of: $0.cell.faulted) }
}
