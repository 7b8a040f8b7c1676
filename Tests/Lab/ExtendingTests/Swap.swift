import Faults

extension Fault {
    /// The machine has too little memory: for a while its program gets no time to run, and its kernel still acknowledges.
    static let swap = Fault(
        FaultTraits(
            name: "swap", summary: "the program gets no time to run for a while; its machine acknowledges what it does not read",
            kernel: .acknowledges, program: .keepsConnection, lasts: true,
            strike: { $0.stopProgram() }, heal: { $0.resumeProgram() }))
}
