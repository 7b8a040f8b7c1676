import Line

/// A packet of the simulation: whose, of which of his connections, and what TCP would say.
struct Segment {
    var session: Int
    /// Counts a session's connections, so that what is late from an old one is nobody's.
    var connection: Int
    /// nil for a bare acknowledgement.
    var data: (number: Int, message: UInt16)?
    var acknowledges: Int

    /// IP and TCP headers with timestamps; a request or an answer of RDP's round-trip measurement is about 30 bytes
    /// more.
    private static let headers = 52
    private static let payload = 30

    init(session: Int, connection: Int, data: (number: Int, message: UInt16)?, acknowledges: Int) {
        self.session = session
        self.connection = connection
        self.data = data
        self.acknowledges = acknowledges
    }

    var bytes: [UInt8] {
        var bytes = [UInt8](repeating: 0, count: Self.headers + (data == nil ? 0 : Self.payload))
        let fields = [session, connection, data.map { $0.number + 1 } ?? 0, Int(data?.message ?? 0), acknowledges]
        for (index, field) in fields.enumerated() {
            for byte in 0..<4 { bytes[index * 4 + byte] = UInt8(truncatingIfNeeded: field >> (byte * 8)) }
        }
        return bytes
    }

    init(_ bytes: [UInt8]) {
        let fields = (0..<5).map { index in (0..<4).reduce(0) { $0 | Int(bytes[index * 4 + $1]) << ($1 * 8) } }
        self.init(
            session: fields[0], connection: fields[1], data: fields[2] == 0 ? nil : (fields[2] - 1, UInt16(fields[3])),
            acknowledges: fields[4])
    }
}
