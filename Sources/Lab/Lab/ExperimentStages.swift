import Time

/// What one kind of experiment does in the life that ``Experiment`` leads it through.
protocol ExperimentStages: AnyObject {
    associatedtype Outcome

    /// How long clients may take to be ready.
    var readyLimit: Duration { get }

    /// Builds the network and starts the programs, or has them started as others get ready.
    func start() throws

    /// Where the run stands. Asked for four times a second; throws where it cannot go on.
    func look(at now: MonotonicTime) throws -> ExperimentStage

    /// Why the time to get ready was not enough.
    func notReady() -> LabError

    /// Ends the programs and hears their last words: first who knows the truth, then who believes.
    func stop()

    /// What was seen until `end`, whatever the reason for the run's end.
    func outcome(until end: MonotonicTime) -> Outcome
}

/// Where a run stands, with a line to say of it.
enum ExperimentStage {
    /// Programs start and clients log on.
    case preparing(String)
    /// Clients have been struck, and time goes by.
    case looking(String)
    /// All that was to be seen has been seen.
    case over
}
