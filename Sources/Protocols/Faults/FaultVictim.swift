/// A client that faults can strike: a program on a machine, with a connection. Whoever runs clients says how each of these is
/// done to one; a fault is made of them.
public protocol FaultVictim: AnyObject {
    /// The machine stops without a word. Its address has been silenced before.
    func losePower()
    /// The machine is on again and knows nothing of its connections.
    func regainPower()
    /// The program stops; the machine's kernel goes on.
    func stopProgram()
    /// The program goes on where it stopped.
    func resumeProgram()
    /// The whole machine stops, kernel included.
    func stopMachine() throws
    /// The machine goes on where it stopped.
    func resumeMachine() throws
    /// The program dies; the kernel closes its connection.
    func killProgram()
    /// The user leaves the session to be picked up again, and the program says so.
    func disconnect()
    /// The user ends the session.
    func logOff()
}

extension Fault {
    /// Does to a client what this fault is, besides silencing its address.
    public func strike(_ victim: any FaultVictim) throws { try traits.strike(victim) }

    /// Undoes it, once it has lasted.
    public func heal(_ victim: any FaultVictim) throws { try traits.heal(victim) }
}
