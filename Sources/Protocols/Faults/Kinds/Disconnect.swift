extension Fault {
    /// The user leaves the session to be picked up again, and the program says so.
    public static let disconnect = Fault(
        FaultTraits(
            name: "disconnect", summary: "the user disconnects: the session stays and can be resumed",
            kernel: .forgets, program: .ends, farewell: .disconnects,
            strike: { $0.disconnect() }))
}
