import SPX
import Wire

/// A packet that was read, with its data copied out.
struct ReadPacket: Equatable {
    var packet: SPXPacket
    var data: [UInt8]

    init(_ bytes: [UInt8]) throws(WireError) {
        var reader = ByteReader(bytes.span.bytes)
        packet = try SPXPacket.read(&reader)
        data = try reader.array(packet.dataLength)
    }
}

/// Why bytes are no packet; nil where they are one.
func refusal(_ bytes: [UInt8]) -> WireError? {
    do throws(WireError) {
        _ = try ReadPacket(bytes)
        return nil
    } catch {
        return error
    }
}
