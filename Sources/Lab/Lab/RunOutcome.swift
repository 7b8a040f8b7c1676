import Contracts
import Foundation

/// What a run came to: to be written to its directory, told to people, and ended with.
public protocol RunOutcome {
    var end: RunEnd { get }
    /// Whether everything that was to be shown was shown.
    var isShown: Bool { get }
    /// Writes the run's files; what other programs read is `results.json`.
    func write() throws
}

extension Results {
    /// Puts in which run it was and how it ended.
    mutating func complete(_ experiment: Experiment) {
        run = experiment.information
        ended = experiment.end.ending
        reason = experiment.end.reason
        evidenceLost = experiment.end.lost
    }
}

extension JSONEncoder {
    /// For files that people look into.
    static var forFiles: JSONEncoder {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        return encoder
    }
}

extension Swift.Result {
    var failure: Failure? {
        if case .failure(let error) = self { error } else { nil }
    }
}
