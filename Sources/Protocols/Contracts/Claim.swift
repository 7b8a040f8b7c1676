/// Something that a run set out to show, and whether it did: an entry of `claims.json`.
public struct Claim: Codable, Equatable, Sendable {
    public var text: String
    public var holds: Bool
    /// What was seen instead; nil where it holds.
    public var seen: String?

    public init(text: String, holds: Bool, seen: String? = nil) {
        self.text = text
        self.holds = holds
        self.seen = seen
    }
}

/// What a run would have claimed, had it been able to show it.
public struct UntestedClaim: Codable, Equatable, Sendable {
    public var text: String
    /// Why it was not tested: "the horizon of 20 s is too short for the policy's bound of 33 s".
    public var reason: String

    public init(text: String, reason: String) {
        self.text = text
        self.reason = reason
    }
}
