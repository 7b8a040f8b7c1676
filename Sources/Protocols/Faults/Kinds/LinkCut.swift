extension Fault {
    /// The line goes dead and heals; program and machine are well.
    public static let linkCut = Fault(
        FaultTraits(
            name: "link-cut", summary: "the line is cut and heals after a while; program and machine are well",
            kernel: .silent, program: .keepsConnection, darkens: true, lasts: true))
}
