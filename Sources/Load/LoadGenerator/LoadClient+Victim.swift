import EventLoop
import Faults
import Netlab
import Transport

/// How each thing that a fault is made of is done to an emulated client.
extension LoadClient: FaultVictim {
    func losePower() {
        driver = program?.connection as? any DriverConnection
        program?.vanish()
    }

    func regainPower() {
        driver?.powerOn()
        driver = nil
    }

    func stopProgram() { program?.hang() }
    func resumeProgram() { program?.wake() }
    func stopMachine() throws { try setFrozen(true) }
    func resumeMachine() throws { try setFrozen(false) }
    func killProgram() { program?.die() }
    func disconnect() { program?.disconnect() }
    func logOff() { program.map(load.plan.speaks.traits.logOff) }

    /// Over the datagram transports the driver is in this process and stops with its machine; of a TCP connection the kernel
    /// is told to drop whatever arrives.
    private func setFrozen(_ frozen: Bool) throws(NetlabError) {
        if let driver = program?.connection as? any DriverConnection { return driver.setFrozen(frozen) }
        let descriptor =
            switch program?.connection {
            case let stream as Stream: stream.fileDescriptor
            case let stream as TLSStream: stream.fileDescriptor
            default: Int32(-1)
            }
        guard descriptor >= 0 else { return }
        if frozen { program?.hang() } else { program?.wake() }
        try SocketFreeze.set(descriptor, frozen: frozen)
    }
}
