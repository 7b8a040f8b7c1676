extension Fault {
    /// As power-off, but the machine comes back, knows nothing of its connections, and resets what arrives for them.
    public static let reboot = Fault(
        FaultTraits(
            name: "reboot", summary: "power-off, then the machine starts again and answers packets of its old connections with resets",
            kernel: .forgets, program: .ends, darkens: true, lasts: true,
            strike: { $0.losePower() }, heal: { $0.regainPower() }))
}
