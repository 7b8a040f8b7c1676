import Wire

/// What a connection takes from its peer, in order; a packet out of order is thrown away and will come again.
struct SPXReceiver {
    /// The sequence number expected next.
    private(set) var expected: UInt16 = 0
    /// Data that the driver took while the program did not read: at most a window of packets.
    private var held: [UInt8] = []
    private var heldPackets: UInt16 = 0
    var isReading = true

    /// The highest sequence number that there is room for.
    func allocation(_ settings: SPXSettings) -> UInt16 { expected &+ settings.window &- heldPackets &- 1 }

    var holdsNothing: Bool { heldPackets == 0 }

    /// What becomes of a packet of data.
    enum Fate {
        /// It is the next, and the program gets it now.
        case deliver
        /// It is the next, and the driver keeps it.
        case keep
        /// It came before, or too early, or there is no room.
        case drop
    }

    mutating func take(_ sequence: UInt16, _ data: RawSpan, _ settings: SPXSettings) -> Fate {
        guard sequence == expected else { return .drop }
        if isReading, heldPackets == 0 {
            expected &+= 1
            return .deliver
        }
        guard heldPackets < settings.window else { return .drop }
        expected &+= 1
        heldPackets += 1
        data.withUnsafeBytes { held.append(contentsOf: $0) }
        return .keep
    }

    /// Takes a packet that has a sequence number and no data.
    mutating func skip() { expected &+= 1 }

    /// What was held while the program did not read; the room is free again.
    mutating func release() -> [UInt8] {
        defer {
            held = []
            heldPackets = 0
        }
        return held
    }
}
