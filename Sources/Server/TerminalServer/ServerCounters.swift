/// What a server has done since it started.
struct ServerCounters {
    var connections: UInt64 = 0
    /// Desktops that came up, of new and of resumed sessions.
    var logons: UInt64 = 0
    /// Logons that were given a Disconnected session.
    var resumed: UInt64 = 0
    /// Logons of users who have an Active session and therefore were not given it: blocked reconnects.
    var blocked: UInt64 = 0
    var refusals: UInt64 = 0
    var wrongPasswords: UInt64 = 0
    /// Logons that were refused unheard, after wrong passwords.
    var delayedLogons: UInt64 = 0
    /// Clients that had not logged on and gave way to newer ones.
    var unauthenticatedDropped: UInt64 = 0
    var protocolErrors: UInt64 = 0
    var handshakeDeadlines: UInt64 = 0
    var pduDeadlines: UInt64 = 0
    var heartbeatsSent: UInt64 = 0
    var heartbeatsAnswered: UInt64 = 0
    var bytesReceived = 0
    var bytesSent = 0
    /// Rectangles of desktops that were painted; those taken from ``CommonTiles`` are not counted.
    var rectanglesDrawn: UInt64 = 0
    /// Frames that busy programs drew, which number them on the screen.
    var floodFrames: UInt64 = 0
}
