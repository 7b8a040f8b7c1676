/// Names one connection for as long as it lives. A token outlives its connection harmlessly: the slot's next tenant has
/// another generation.
struct ConnectionToken: Hashable {
    fileprivate let index: UInt32
    fileprivate let generation: UInt32

    /// Names no connection.
    static let none = ConnectionToken(index: .max, generation: 0)
}

/// The server's connections in a slab: adding, finding and removing one costs the same whatever their number.
struct ConnectionTable {
    private struct Slot {
        var generation: UInt32 = 0
        var connection: ServerConnection?
    }

    private var slots: [Slot] = []
    private var free: [UInt32] = []

    var count: Int { slots.count - free.count }

    mutating func add(_ connection: ServerConnection) -> ConnectionToken {
        let index = free.popLast() ?? {
            slots.append(Slot())
            return UInt32(slots.count - 1)
        }()
        slots[Int(index)].connection = connection
        return ConnectionToken(index: index, generation: slots[Int(index)].generation)
    }

    mutating func remove(_ token: ConnectionToken) {
        guard self[token] != nil else { return }
        slots[Int(token.index)].connection = nil
        slots[Int(token.index)].generation &+= 1
        free.append(token.index)
    }

    subscript(token: ConnectionToken) -> ServerConnection? {
        guard token.index < UInt32(slots.count) else { return nil }
        let slot = slots[Int(token.index)]
        return slot.generation == token.generation ? slot.connection : nil
    }

    /// The connections that are there now; the table may change while they are walked.
    var all: [ServerConnection] { slots.compactMap(\.connection) }
}
