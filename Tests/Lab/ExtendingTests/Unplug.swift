import Faults

extension Fault {
    /// The network cable is pulled and stays out. Program and machine are well, and nobody hears of them.
    static let unplug = Fault(
        FaultTraits(
            name: "unplug", summary: "the network cable is pulled and stays out; program and machine are well",
            kernel: .silent, program: .keepsConnection, darkens: true))
}
