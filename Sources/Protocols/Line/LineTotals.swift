/// What a line has done since it began.
public struct LineTotals: Equatable, Sendable {
    /// Calls placed, of them those answered and those that found the line engaged; one may be under way.
    public internal(set) var placed = 0
    public internal(set) var answered = 0
    public internal(set) var engaged = 0
    /// Packets taken in to be sent, the lost ones among them, and those handed out at the other end, the duplicates among
    /// them.
    public internal(set) var sent = BothWays(LineCall.Traffic())
    public internal(set) var arrived = BothWays(LineCall.Traffic())
    /// What was taken in, by what it was for.
    public internal(set) var byKind = TrafficByKind()
    public internal(set) var duplicated = 0
    public internal(set) var dropped: [LineDrop: Int] = [:]
    /// Without the time since it last came up.
    var upBefore = Duration.zero
}
