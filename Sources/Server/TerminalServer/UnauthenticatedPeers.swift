import DequeModule
import Slab

/// Connections whose user has not logged on: how many there are, and who came first. They cost the server descriptors and
/// memory, and whoever opens them need not say who he is; so there is a limit of their own, and at the limit the oldest gives
/// way: a client that means it is through in a moment.
struct UnauthenticatedPeers {
    private let limit: Int
    private(set) var count = 0
    /// In the order in which they came, some of those included that are no unauthenticated any more.
    private var arrivals = Deque<SlabHandle>()

    init(limit: Int) { self.limit = limit }

    /// - Parameter isOne: whether a connection is there and still is unauthenticated.
    /// - Returns: who is to give way; nil while there is room.
    mutating func add(_ token: SlabHandle, isOne: (SlabHandle) -> Bool) -> SlabHandle? {
        while let first = arrivals.first, !isOne(first) { arrivals.removeFirst() }
        arrivals.append(token)
        count += 1
        return count > limit ? arrivals.popFirst() : nil
    }

    /// One has logged on or is gone.
    mutating func remove() {
        count -= 1
        // What a storm of them took goes back.
        if count == 0 { arrivals = [] }
    }
}
