extension Fault {
    /// The user leaves the session to be picked up again, and the program says so.
    public static let disconnect = Fault(
        FaultTraits(
            name: "disconnect", summary: "the user leaves the session to be picked up again, and the program says so",
            kernel: .forgets, program: .ends, farewell: .disconnects,
            strike: { $0.disconnect() }))
}
