extension Fault {
    /// The whole machine stops, kernel and all, then goes on as if nothing had been.
    public static let freeze = Fault(
        FaultTraits(
            name: "freeze", summary: "the whole machine stops, kernel included, and goes on after a while",
            kernel: .silent, program: .keepsConnection, lasts: true,
            strike: { try $0.stopMachine() }, heal: { try $0.resumeMachine() }))
}
