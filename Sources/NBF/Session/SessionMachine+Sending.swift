import Time
import Wire

extension SessionMachine {
    private static let keptCapacity = 256

    /// Sends what is due for as long as the link takes it, the frames that answer the peer first.
    mutating func pump(at now: MonotonicTime, into output: inout NBFOutput, _ outcome: inout SessionOutcome) {
        while link.canSend, writeNext() .map({ $0.encode(into: &output.scratch) }) != nil {
            link.transmit(at: now, into: &output)
        }
    }
}
