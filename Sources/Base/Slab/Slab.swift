/// Names one element of a ``Slab``. It outlives its element harmlessly: the place's next tenant has another generation.
public struct SlabHandle: Hashable, Sendable {
    fileprivate let index: UInt32
    fileprivate let generation: UInt32

    /// Names nothing.
    public static let none = SlabHandle(index: .max, generation: 0)
}

/// Elements in a dense array whose places are used again: adding, finding and removing one costs the same whatever
/// their number, and nothing is allocated once the slab has grown.
public struct Slab<Element> {
    private struct Slot {
        var element: Element?
        var generation: UInt32 = 0
    }

    private var slots: [Slot] = []
    private var free: [UInt32] = []

    public init() {}

    public var count: Int { slots.count - free.count }

    public mutating func add(_ element: Element) -> SlabHandle {
        let index =
            free.popLast()
            ?? {
                slots.append(Slot())
                return UInt32(slots.count - 1)
            }()
        slots[Int(index)].element = element
        return SlabHandle(index: index, generation: slots[Int(index)].generation)
    }

    public mutating func remove(_ handle: SlabHandle) {
        guard holds(handle) else { return }
        slots[Int(handle.index)].element = nil
        slots[Int(handle.index)].generation &+= 1
        free.append(handle.index)
    }

    /// The element, to change in place; nil once it has been removed. Setting nil does not remove it: the place stays
    /// taken until ``remove(_:)``.
    public subscript(handle: SlabHandle) -> Element? {
        get { holds(handle) ? slots[Int(handle.index)].element : nil }
        _modify {
            var none: Element?
            if holds(handle) { yield &slots[Int(handle.index)].element } else { yield &none }
        }
    }

    /// The elements that are there now; the slab may change while they are walked.
    public var elements: [Element] { slots.compactMap(\.element) }

    /// The handles of the elements that are there now.
    public var handles: [SlabHandle] {
        slots.indices.compactMap { index in
            slots[index].element == nil ? nil : SlabHandle(index: UInt32(index), generation: slots[index].generation)
        }
    }

    private func holds(_ handle: SlabHandle) -> Bool {
        Int(handle.index) < slots.count && slots[Int(handle.index)].generation == handle.generation
    }
}
