import Random
import Time

/// A storm: everything that happens to every client, and when, as a function of a seed and nothing else.
///
/// Each user has two workstations, and may be at both: he comes back at one while the other's client is lost, which is
/// what the sessions' rules are about. A workstation goes its own way through logons, typing and faults; now and then
/// a gust strikes many of them in the same instant.
public struct StressSchedule: Equatable, Sendable {
    /// In the order of time.
    public var actions: [StressAction]

    /// How far from a workstation's number its user's second one is.
    public static let secondOffset = 32_768

    /// When the last action has had its end.
    public var length: Duration { actions.map(\.end).max() ?? .zero }

    public init(_ actions: [StressAction]) { self.actions = actions }

    /// - Parameters:
    ///   - clients: how many users.
    ///   - timeout: when the server is sure to know of a silent client. Outages are far shorter, or longer.
    public init(seed: UInt64, clients: Int, length: Duration, timeout: Duration) {
        var generator = SeededGenerator(seed: seed)
        let gusts = Gust.all(until: length, using: &generator)
        actions = []
        for user in 1...max(1, clients) {
            for workstation in [user, user + Self.secondOffset] {
                var walk = StressWalk(
                    workstation: workstation, isSecond: workstation != user, length: length, timeout: timeout, gusts: gusts,
                    generator: SeededGenerator(seed: generator.next()))
                actions += walk.actions()
            }
        }
        actions.sort { ($0.at, $0.workstation) < ($1.at, $1.workstation) }
    }

    public func prefix(_ count: Int) -> StressSchedule { StressSchedule(Array(actions.prefix(count))) }
}

extension StressSchedule: CustomStringConvertible {
    /// Reads one action a line; empty lines and those that begin with `#` do not count.
    public init(parsing text: String) throws(StressTextError) {
        actions = []
        for line in text.split(whereSeparator: \.isNewline) where !line.hasPrefix("#") {
            actions.append(try StressAction(parsing: line))
        }
        // Stable: actions of one moment keep their order.
        actions = actions.enumerated().sorted { ($0.element.at, $0.offset) < ($1.element.at, $1.offset) }.map(\.element)
    }

    public var description: String { actions.map { "\($0)\n" }.joined() }
}

/// One fault for many workstations in the same instant.
struct Gust {
    var at: Duration
    var fault: Fault
    /// The part of the workstations it strikes.
    var share: Double

    /// Users do not log off all at once.
    private static let faults = Fault.allCases.filter { $0.traits.farewell != .logsOff }

    static func all(until length: Duration, using generator: inout SeededGenerator) -> [Gust] {
        var gusts: [Gust] = []
        var at = Duration.milliseconds(Int.random(in: 6_000...15_000, using: &generator))
        while at < length {
            let fault = faults.randomElement(using: &generator) ?? .kill
            gusts.append(Gust(at: at, fault: fault, share: .random(in: 0.1...0.6, using: &generator)))
            at += .milliseconds(Int.random(in: 10_000...25_000, using: &generator))
        }
        return gusts
    }
}
