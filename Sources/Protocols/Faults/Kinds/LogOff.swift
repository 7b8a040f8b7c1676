extension Fault {
    /// The user ends the session.
    public static let logoff = Fault(
        FaultTraits(
            name: "logoff", summary: "the user ends the session",
            kernel: .forgets, program: .ends, farewell: .logsOff,
            strike: { $0.logOff() }))
}
