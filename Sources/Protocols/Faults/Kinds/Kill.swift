extension Fault {
    /// The process dies, and its kernel closes its connections.
    public static let kill = Fault(
        FaultTraits(
            name: "kill", summary: "the process dies, and its kernel closes the connection",
            kernel: .forgets, program: .ends, farewell: .closes,
            strike: { $0.killProgram() }))
}
