import EventLoop

/// A connection whose driver lives in this process, and with it the machine that the driver runs on: over the datagram
/// transports it is this process that acknowledges, stops to, and forgets.
public protocol DriverConnection: Connection {
    /// The machine that ``Connection/vanish()`` took the power from has it again, and its driver knows of no connection.
    func powerOn()
    /// The whole machine stops, driver included, or thaws and goes on where it was.
    func setFrozen(_ frozen: Bool)
}
