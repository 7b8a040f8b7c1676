import EventLoop
import TerminalClient
import Time

/// What a workstation runs, whatever it speaks: the ends that a program and its connection can meet.
protocol LoadSession: AnyObject {
    var connection: (any Connection)? { get }
    /// What the program needs next for its logon, for people.
    var awaited: String { get }

    /// The program ends, since its logon has taken longer than it may.
    func giveUpLogon(after limit: Duration)
    /// The program stops reading; its kernel goes on.
    func hang()
    func wake()
    /// The process dies, and its kernel closes the connection.
    func die()
    /// The machine dies.
    func vanish()
    /// The user leaves, and the program says so where its protocol has a word for it.
    func disconnect()
    /// The user ends the session for good, where the protocol knows one.
    func logOff()
}

extension ClientSession: LoadSession {}
