/// Finds a user's sessions by what his name hashes to, which takes eight bytes a user where the name would take forty. Who
/// looks compares the names: two users may share a hash, which is seeded anew in each process so that none can choose it.
struct UserIndex {
    private var first: [UInt32: SessionID] = [:]
    /// Nearly every user has one session, and nearly every hash one user.
    private var others: [UInt32: [SessionID]] = [:]
    private let hash: (String) -> UInt32

    init(hash: @escaping (String) -> UInt32 = { UInt32(truncatingIfNeeded: $0.hashValue) }) { self.hash = hash }

    /// Those added under this name, oldest first, and perhaps others.
    func sessions(under name: String) -> Found {
        let key = hash(name)
        return Found(first: first[key], others: others[key]?[...] ?? [])
    }

    /// Looked at one by one, so that whoever needs the first few of thousands pays for these alone.
    struct Found: Sequence, IteratorProtocol {
        fileprivate var first: SessionID?
        fileprivate var others: ArraySlice<SessionID>

        mutating func next() -> SessionID? {
            defer { first = nil }
            return first ?? others.popFirst()
        }
    }

    mutating func add(_ id: SessionID, under name: String) {
        let key = hash(name)
        if first[key] == nil { first[key] = id } else { others[key, default: []].append(id) }
    }

    mutating func remove(_ id: SessionID, under name: String) {
        let key = hash(name)
        if first[key] != id {
            if let place = others[key]?.firstIndex(of: id) { others[key]?.remove(at: place) }
        } else if others[key] == nil {
            first[key] = nil
        } else {
            first[key] = others[key]?.removeFirst()
        }
        if others[key]?.isEmpty == true { others[key] = nil }
    }
}
