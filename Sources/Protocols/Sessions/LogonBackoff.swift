import Time

/// Slows down whoever guesses passwords: after some wrong ones from an address, or for a name, the next is not looked at for a
/// while that doubles with each. It knows no clock and keeps a bounded number of addresses and names.
///
/// A name is held up for much less than an address, since its owner is held up with it; and not at all for an address from
/// which he is known to come, which the caller says by leaving the name out.
public struct LogonBackoff {
    // The figures below are this server's own: NT's lockout is for ever or for half an hour, and ends the owner's work too.
    /// Wrong passwords that cost no wait: slips of the hand.
    public static let freeFailures = 3
    /// The first wait, and the most that it doubles to.
    public static let firstWait = Duration.seconds(1)
    public static let longestOfAddress = Duration.seconds(64)
    public static let longestOfName = Duration.seconds(4)
    /// A failure is forgotten after at least this and at most twice this.
    public static let memory = Duration.seconds(15 * 60)
    /// Most addresses kept, and most names.
    public static let most = 16_384

    private var addresses = FailureBook(longest: Self.longestOfAddress)
    private var names = FailureBook(longest: Self.longestOfName)

    public init() {}

    /// How many addresses and names are kept.
    public var count: Int { addresses.count + names.count }

    /// How long until a password from this address for this name is looked at; nil where it may be now. A password that comes
    /// before is to be refused and not to be counted.
    public func wait(address: String, name: String?, at now: MonotonicTime) -> Duration? {
        let until = max(addresses.end(of: address), name.map { names.end(of: $0.lowercased()) } ?? .zero)
        return until > now ? until - now : nil
    }

    /// - Parameter name: nil where nobody has this name, or it is not to be held up.
    public mutating func failed(address: String, name: String?, at now: MonotonicTime) {
        addresses.note(address, at: now)
        if let name { names.note(name.lowercased(), at: now) }
    }

    /// The name's owner is there. The address stays as it is: a guesser may have an account of his own.
    public mutating func succeeded(name: String) { names.forget(name.lowercased()) }
}

/// Failures by what they are counted under, in two halves: the older is thrown away whole once the younger is full or old
/// enough, so that nothing is ever searched for what to forget.
private struct FailureBook {
    private struct Record {
        var failures = 0
        var end = MonotonicTime.zero
    }

    let longest: Duration
    private var young: [String: Record] = [:]
    private var old: [String: Record] = [:]
    private var since = MonotonicTime.zero

    init(longest: Duration) { self.longest = longest }

    var count: Int { young.count + old.count }

    func end(of key: String) -> MonotonicTime { (young[key] ?? old[key])?.end ?? .zero }

    mutating func note(_ key: String, at now: MonotonicTime) {
        if young.count >= LogonBackoff.most / 2 || now - since >= LogonBackoff.memory {
            // Both are old where nothing was noted for that long.
            old = now - since >= LogonBackoff.memory * 2 ? [:] : young
            (young, since) = ([:], now)
        }
        var record = young[key] ?? old.removeValue(forKey: key) ?? Record()
        record.failures += 1
        let doublings = record.failures - LogonBackoff.freeFailures - 1
        if doublings >= 0 { record.end = now + min(longest, LogonBackoff.firstWait * (1 << min(doublings, 16))) }
        young[key] = record
    }

    mutating func forget(_ key: String) {
        young[key] = nil
        old[key] = nil
    }
}
