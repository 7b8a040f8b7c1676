import Netlab

/// Where the cells' workstations are.
///
/// Cells without a line have theirs one after the other from the first on; a cell with a line has a /24 network of its own,
/// counted down from the last below the spares, so that a route can lead to it. A workstation's spare is 32,768 further.
struct Workstations {
    /// The number of the first.
    let first: Int

    private static let networkSize = 256
    /// How many networks a spare is away.
    private static let spareNetworks = 128

    init(first: Int) { self.first = first }

    /// Those of the `index`th cell with a line.
    init(lineCell index: Int) { first = (Self.spareNetworks - 1 - index) * Self.networkSize + 1 }

    /// The /24 network of the workstations, and that of their spares.
    var networks: [Int] { [first / Self.networkSize, first / Self.networkSize + Self.spareNetworks] }
}
