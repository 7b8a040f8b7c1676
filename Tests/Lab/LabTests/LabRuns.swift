import Testing

/// Runs of the laboratory, one after another: each starts dozens of processes and holds them to the tenth of a second.
@Suite(.serialized) enum LabRuns {}
