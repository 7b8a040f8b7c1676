import Time

/// What befell a client, as far as its server's machine can notice it, and what the server was doing.
public struct Situation: Sendable {
    /// What comes back from the client's machine.
    public enum Kernel: Sendable, Equatable {
        /// Acknowledgements, whether or not a program reads.
        case acknowledges
        /// Nothing.
        case silent
        /// Nothing until so long after the fault, then resets.
        case resets(after: Duration)
    }

    public var kernel: Kernel
    /// Whether the client's program still answers what it is asked.
    public var programAnswers: Bool
    /// Whether there is always output for the client, so that data is in flight or waits for its window to open.
    public var isBusy: Bool
    /// How long output fills the window of a client that does not read.
    public var windowFills: Duration
    /// How long the transport repeats data that is not acknowledged before it gives the connection up, at least and at most;
    /// nil where no formula says so.
    public var repeats: ClosedRange<Duration>?

    public init(
        kernel: Kernel, programAnswers: Bool, isBusy: Bool, windowFills: Duration, repeats: ClosedRange<Duration>?
    ) {
        self.kernel = kernel
        self.programAnswers = programAnswers
        self.isBusy = isBusy
        self.windowFills = windowFills
        self.repeats = repeats
    }
}

/// What is expected of somebody who is to find out that a client has gone.
public enum Detection: Equatable, Sendable {
    /// Not by itself, however long one waits.
    case never
    /// So long after the fault, at least and at most.
    case within(ClosedRange<Duration>)
    /// When the user comes back, and then in the same logon.
    case onReturn
    /// Nothing is claimed, and why.
    case unclaimed(String)

    /// What two lead to that work side by side: the sooner finds it.
    public func or(_ other: Detection) -> Detection {
        switch (self, other) {
        case (.within(let one), .within(let two)):
            .within(min(one.lowerBound, two.lowerBound)...min(one.upperBound, two.upperBound))
        case (.within, _), (_, .never): self
        case (_, .within), (.never, _): other
        case (.onReturn, _), (_, .onReturn): .onReturn
        case (.unclaimed, .unclaimed): self
        }
    }
}
