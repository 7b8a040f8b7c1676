extension Fault {
    /// The machine goes dark: it sends nothing, not even the end of its connections.
    public static let powerOff = Fault(
        FaultTraits(
            name: "power-off", summary: "the machine loses power: it sends nothing, not even the end of its connections",
            kernel: .silent, program: .ends, darkens: true,
            strike: { $0.losePower() }))
}
