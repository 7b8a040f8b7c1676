extension Fault {
    /// The program stops and its machine goes on: the kernel acknowledges what nobody reads (the Win16 hang of Q187049).
    public static let hang = Fault(
        FaultTraits(
            name: "hang", summary: "the program stops; its machine goes on acknowledging what nobody reads",
            kernel: .acknowledges, program: .stops,
            strike: { $0.stopProgram() }))
}
