import HeapModule
import Slab
import Time

/// Which connections have said nothing for longest. They are all looked at once in a while and some noted, of which those that
/// are still silent are taken one logon after the other: a full server to which thousands come does not look at thousands of
/// connections for each.
struct LongestSilent {
    /// How old what was noted may be.
    static let interval = Duration.seconds(1)
    /// Most noted at a time.
    static let most = 1024

    private var noted: [(token: SlabHandle, lastHeard: MonotonicTime)] = []
    private var notedAt: MonotonicTime?
    /// Connections looked at so far, to see what it costs.
    private(set) var looked = 0

    /// The first `count` of those that have been silent since they were noted, the longest silent first. Who is not among them
    /// was heard within the last ``interval``.
    ///
    /// - Parameters:
    ///   - lastHeard: when a connection was last heard; nil where it is gone.
    ///   - all: every connection, and when it was last heard.
    mutating func longest<All: Sequence<(SlabHandle, MonotonicTime)>>(
        _ count: Int, at now: MonotonicTime, lastHeard: (SlabHandle) -> MonotonicTime?, among all: () -> All
    ) -> [SlabHandle] {
        if notedAt.map({ now - $0 >= Self.interval }) ?? true {
            note(all())
            notedAt = now
        }
        var found: [(token: SlabHandle, lastHeard: MonotonicTime)] = []
        var place = 0
        while found.count < count, place < noted.count {
            looked += 1
            if lastHeard(noted[place].token) == noted[place].lastHeard { found.append(noted[place]) }
            place += 1
        }
        // Whoever was heard since is passed over for good.
        noted.replaceSubrange(..<place, with: found)
        return found.map(\.token)
    }

    private struct Silent: Comparable {
        let token: SlabHandle
        let lastHeard: MonotonicTime

        static func < (a: Silent, b: Silent) -> Bool { a.lastHeard < b.lastHeard }
        static func == (a: Silent, b: Silent) -> Bool { a.lastHeard == b.lastHeard }
    }

    private mutating func note(_ all: some Sequence<(SlabHandle, MonotonicTime)>) {
        var longest = Heap<Silent>()
        for (token, lastHeard) in all {
            looked += 1
            if longest.count < Self.most {
                longest.insert(Silent(token: token, lastHeard: lastHeard))
            } else if let last = longest.max, lastHeard < last.lastHeard {
                longest.replaceMax(with: Silent(token: token, lastHeard: lastHeard))
            }
        }
        noted = []
        while let next = longest.popMin() { noted.append((next.token, next.lastHeard)) }
    }
}
