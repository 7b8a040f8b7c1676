import Wire

/// What a PDU is for, as far as a count of traffic needs to know.
public enum PDUClass: Equatable, Sendable {
    /// The server asks whether the client program is there.
    case heartbeatRequest
    /// The client program says that it is.
    case heartbeatAnswer
    /// The server draws; where the update's first rectangle lies.
    case bitmapUpdate(firstRectangle: InclusiveRectangle)
    case other
}

/// Tells from captured bytes of one direction what its PDUs are for.
///
/// It is made for captures: of a PDU no more than its beginning need be there, and what does not look like a PDU, such as
/// the rest of one that began in an earlier segment, is passed over. Nothing is kept from one payload to the next.
public enum PDUScan {
    /// The classes of the PDUs that begin in `payload`, in order.
    public static func classes(of payload: RawSpan, fromServer: Bool, channels: ScanChannels) -> [PDUClass] {
        var classes: [PDUClass] = []
        var position = 0
        while let range = SegmentFrames.next(in: payload, from: position) {
            let pdu = payload.extracting(range)
            classes.append((try? classify(pdu, fromServer: fromServer, channels)) ?? .other)
            position = range.upperBound
        }
        return classes
    }

    private static func classify(
        _ pdu: RawSpan, fromServer: Bool, _ channels: ScanChannels
    ) throws(WireError) -> PDUClass {
        var reader = ByteReader(pdu)
        guard try reader.peek() == Frame.tpktVersion else { return .other }
        try reader.skip(Frame.tpktHeaderLength)
        try X224.readDataHeader(&reader)
        guard let channel = try DomainPDU.readDataChannel(fromServer: fromServer, &reader) else { return .other }
        switch channel {
        case channels.io: return fromServer ? try classifyUpdate(&reader) : .other
        case channels.message: return try classifyAutoDetect(&reader, fromServer: fromServer)
        case channels.dynamic: return try classifyDynamicChannel(&reader, fromServer: fromServer)
        default: return .other
        }
    }

    /// The reader stands at a share control header, whose length may go beyond what was captured.
    @_lifetime(reader: copy reader)
    private static func classifyUpdate(_ reader: inout ByteReader) throws(WireError) -> PDUClass {
        try reader.skip(2)
        guard try reader.u16le() & SharePDU.typeMask == SharePDU.data else { return .other }
        try reader.skip(2)
        guard try DataPDU.readHeader(&reader) == DataPDU.update, try reader.u16le() == BitmapUpdate.type,
            try reader.u16le() > 0
        else { return .other }
        return .bitmapUpdate(firstRectangle: try InclusiveRectangle(from: &reader))
    }

    @_lifetime(reader: copy reader)
    private static func classifyAutoDetect(
        _ reader: inout ByteReader, fromServer: Bool
    ) throws(WireError) -> PDUClass {
        let flag = fromServer ? SecurityHeader.autoDetectRequest : SecurityHeader.autoDetectResponse
        guard try SecurityHeader(from: &reader).flags & flag != 0,
            try AutoDetect.readSequence(fromServer ? AutoDetect.request : AutoDetect.response, &reader) != nil
        else { return .other }
        return fromServer ? .heartbeatRequest : .heartbeatAnswer
    }

    @_lifetime(reader: copy reader)
    private static func classifyDynamicChannel(
        _ reader: inout ByteReader, fromServer: Bool
    ) throws(WireError) -> PDUClass {
        guard try StaticChannel.readHeaderIsFirst(&reader) else { return .other }
        if fromServer { return try DynamicChannel.isPing(&reader) ? .heartbeatRequest : .other }
        guard case .create = try DynamicChannel.read(&reader) else { return .other }
        return .heartbeatAnswer
    }
}
