import Wire

/// The display control channel (MS-RDPEDISP), on which a client says how large its window has become. It is a dynamic
/// channel (MS-RDPEDYC) that the server opens; who does not know it refuses, and is not asked again.
package enum DisplayControl {
    private static let name = [UInt8]("Microsoft::Windows::RDS::DisplayControl\0".utf8)
    /// The server's to choose, of two bytes so that it lies outside the ids that heartbeats have (``DynamicChannel``).
    private static let channel: UInt16 = 0x0100
    /// cbId of a header whose channel id has two bytes (MS-RDPEDYC 2.2.2.1).
    private static let twoBytes: UInt8 = 1
    /// Commands of MS-RDPEDYC, in the upper four bits of the header.
    private static let create: UInt8 = 0x1
    private static let data: UInt8 = 0x3
    /// DISPLAYCONTROL_PDU_TYPE_MONITOR_LAYOUT and DISPLAYCONTROL_PDU_TYPE_CAPS (MS-RDPEDISP 2.2.1.1).
    private static let layoutType: UInt32 = 2
    private static let capabilitiesType: UInt32 = 5
    /// Length of DISPLAYCONTROL_MONITOR_LAYOUT (2.2.2.2.1), which the PDU repeats.
    private static let monitorLength: UInt32 = 40
    /// DISPLAYCONTROL_MONITOR_PRIMARY.
    private static let primary: UInt32 = 1
    /// Most monitors that a client may have: the most that client monitor data may list (MS-RDPBCGR 2.2.1.3.6). MS-RDPEDISP
    /// itself only has the server's MaxNumMonitors (2.2.2.1), which is 1 here; a client that lists more is not ended for it.
    private static let mostMonitors: UInt32 = 16

    static let createRequest: [UInt8] = header(create) + name

    /// What the server takes (DISPLAYCONTROL_CAPS_PDU, 2.2.2.1): one monitor, at most as large as the largest desktop.
    static func capabilities(largest: UInt16) -> [UInt8] {
        var output = ByteWriter()
        output.append(header(data))
        for value in [capabilitiesType, 20, 1, UInt32(largest), UInt32(largest)] { output.u32le(value) }
        return output.bytes
    }

    private static func header(_ command: UInt8) -> [UInt8] {
        [command << 4 | twoBytes, UInt8(truncatingIfNeeded: channel), UInt8(truncatingIfNeeded: channel >> 8)]
    }

    package enum Message: Equatable {
        /// The client has the channel.
        case opened
        /// The size of the client's window, which is its primary monitor, in pixels.
        case layout(width: UInt32, height: UInt32)
    }

    /// Reads a client's PDU of the dynamic channel protocol; nil for what does not concern this channel, and for a refusal.
    @_lifetime(reader: copy reader)
    package static func read(_ reader: inout ByteReader) throws(WireError) -> Message? {
        let header = try reader.u8("Cmd")
        guard header & 3 == twoBytes, try reader.u16le("ChannelId") == channel else { return nil }
        switch header >> 4 {
        case create: return try reader.u32le("CreationStatus") == 0 ? .opened : nil
        case data: return try readLayout(&reader)
        default: return nil
        }
    }

    @_lifetime(reader: copy reader)
    private static func readLayout(_ reader: inout ByteReader) throws(WireError) -> Message? {
        guard try reader.u32le("Type") == layoutType else { return nil }
        try reader.skip(4, "Length")
        let size = try reader.u32le("MonitorLayoutSize")
        guard size == monitorLength else { throw .invalid(field: "MonitorLayoutSize", value: UInt64(size)) }
        let count = try reader.u32le("NumMonitors")
        guard 1...mostMonitors ~= count else { throw .invalid(field: "NumMonitors", value: UInt64(count)) }
        var layout: Message?
        for _ in 0..<count {
            let flags = try reader.u32le("Flags")
            // Left, top.
            try reader.skip(8, "Left")
            let (width, height) = (try reader.u32le("Width"), try reader.u32le("Height"))
            // Physical size, orientation, scales.
            try reader.skip(20, "PhysicalWidth")
            if layout == nil || flags & primary != 0 { layout = .layout(width: width, height: height) }
        }
        return layout
    }
}
