import Contracts

/// How a run ended, and what of its evidence was lost.
public struct RunEnd: Sendable {
    public internal(set) var ending = RunEnding.complete
    /// Why it ended so; nil for a complete run.
    public internal(set) var reason: String?
    /// What was to be measured and was lost, a sentence each.
    public internal(set) var lost: [String] = []

    /// What the program ends with: 130 interrupted, 2 evidence was lost, 1 failed or not shown, 0 shown.
    public func exitCode(isShown: Bool) -> Int32 {
        switch ending {
        case .interrupted: 130
        case _ where !lost.isEmpty: 2
        case .failed: 1
        case .complete: isShown ? 0 : 1
        }
    }

    /// What is to be said on standard error, a line each.
    public var complaints: [String] {
        let first =
            switch ending {
            case .complete: [String]()
            case .interrupted: ["interrupted: \(reason ?? "by a signal"); what was seen until then is written"]
            case .failed: [reason ?? "the run failed"]
            }
        return first + lost.map { "evidence lost: \($0)" }
    }
}
