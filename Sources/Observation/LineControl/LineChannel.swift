import EventLoop
import Wire

/// One end of a control connection: bytes to lines.
final class LineChannel: ConnectionHandler {
    /// The longest line either side takes.
    static let longestLine = 64 * 1024
    /// How much may wait for a peer that does not read.
    static let backlogLimit = 1 << 20

    var onOpen: () -> Void = {}
    var onLine: ([UInt8]) -> Void = { _ in }
    var onEnd: () -> Void = {}
    private var connection: (any Connection)?
    private var splitter = LineSplitter(limit: LineChannel.longestLine)

    /// For a connection that is there from the start.
    func use(_ connection: any Connection) { self.connection = connection }

    /// A peer that does not read what it is told is left.
    func say(_ line: [UInt8]) {
        if connection?.send(line.span.bytes) == .refused { close() }
    }

    /// Hears nothing more.
    func close() {
        onLine = { _ in }
        connection?.close(.abort)
    }

    func connectionDidOpen(_ connection: any Connection) { onOpen() }

    func connectionDidDrain(_ connection: any Connection) {}

    func connection(_ connection: any Connection, didReceive bytes: RawSpan) {
        do { try splitter.add(bytes, onLine: { onLine($0) }) } catch { close() }
    }

    func connection(_ connection: any Connection, didCloseWith reason: CloseReason) {
        self.connection = nil
        onEnd()
    }
}
