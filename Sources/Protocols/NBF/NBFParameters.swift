/// The parameters that all machines of a station share, so that each holds but a reference to them.
public final class NBFSettings: Sendable {
    public let parameters: NBFParameters

    public init(_ parameters: NBFParameters) { self.parameters = parameters }
}

/// What a NetBEUI driver lets its user set.
public struct NBFParameters: Hashable, Sendable {
    /// How long an answer may take (802.2, 7.8.1: the acknowledgement and the P-bit timer).
    public var t1 = Duration.milliseconds(600)
    /// How long an acknowledgement may wait for data to ride on (802.2 calls it the receiver's matter).
    public var t2 = Duration.milliseconds(150)
    /// How long a link may be silent before the peer is polled.
    public var ti = Duration.seconds(30)
    /// How often T1 may run out on the same question before the link is down (802.2, 7.8.2: N2).
    public var llcRetries = 8
    /// Most I-frames on their way at a time (802.2, 7.8.4: k), at most 127.
    public var window = 10
    /// How long a peer that said it is busy is left alone before it is asked again (802.2, 7.8.1: the busy-state timer).
    public var busyTimeout = Duration.seconds(3)
    public var nameQueryRetries = 3
    public var nameQueryTimeout = Duration.milliseconds(500)
    /// NetBIOS SESSION ALIVE after this long without session data, as LAN Manager sent them; nil for none.
    public var sessionAliveInterval: Duration?
    /// How long the end of a link may take to the next step of a session: to begin one, or to hang up after one.
    public var sessionTimeout = Duration.seconds(5)
    /// Most data in a frame that this end takes, and gives.
    public var largestData = 1400
    /// Most frames of data in a message, which is what the other end's NetBIOS acknowledges.
    public var framesPerMessage = 10
    /// Most bytes the driver keeps for a program that does not read; beyond that it says it is busy.
    public var receiveLimit = 65536

    public init() {}

    /// Windows NT 4.0's: DefaultT1Timeout 6,000,000, DefaultT2Timeout 1,500,000, DefaultTiTimeout 300,000,000 (in 100 ns),
    /// LlcRetries 8, LlcMaxWindowSize 10, NameQueryRetries 3, NameQueryTimeout 5,000,000 (resource kit, Services\Nbf). Q135360
    /// has the poll every 30 s for Windows NT 3.1 to 3.51. What is not named here is ours.
    public static let windowsNT4 = NBFParameters()

    /// The longest a peer that fell silent is believed in: it answered just before it fell silent.
    public var watchdogBound: Duration { ti + t1 * llcRetries }
}
