import Wire

/// Something the user did with keyboard or mouse.
public enum InputEvent: Equatable, Sendable {
    /// A key by its scan code (set 1).
    case scancode(UInt8, released: Bool, extended: Bool)
    /// A key by its character, one UTF-16 unit.
    case unicode(UInt16, released: Bool)
    /// Flags of TS_POINTER_EVENT (MS-RDPBCGR 2.2.8.1.1.3.1.1.3) and the place in pixels.
    case mouse(flags: UInt16, x: UInt16, y: UInt16)
    /// PTRFLAGS_BUTTON1 and PTRFLAGS_DOWN: the left button goes down with both, up with the first alone.
    public static let leftButton: UInt16 = 0x1000
    public static let buttonDown: UInt16 = 0x8000

    /// The state of the lock keys.
    case synchronize(flags: UInt8)
}

/// Slow-path input (TS_INPUT_PDU_DATA, MS-RDPBCGR 2.2.8.1.1.3.1).
enum SlowPathInput {
    private static let synchronize: UInt16 = 0x0000
    private static let scancode: UInt16 = 0x0004
    private static let unicode: UInt16 = 0x0005
    private static let mouse: UInt16 = 0x8001
    private static let released: UInt16 = 0x8000
    private static let extended: UInt16 = 0x0100
    /// Well within the length of an MCS PDU, at twelve bytes each.
    static let mostEvents = 256

    @_lifetime(reader: copy reader)
    static func read(_ reader: inout ByteReader) throws(WireError) -> [InputEvent] {
        let count = try reader.u16le("numEvents")
        try reader.skip(2, "pad2Octets")
        var events: [InputEvent] = []
        for _ in 0..<count {
            try reader.skip(4, "eventTime")
            let type = try reader.u16le("messageType")
            let (first, second, third) = (
                try reader.u16le("slowPathInputData"), try reader.u16le("slowPathInputData"), try reader.u16le("slowPathInputData")
            )
            switch type {
            case synchronize:
                events.append(.synchronize(flags: UInt8(truncatingIfNeeded: second)))
            case scancode:
                events.append(
                    .scancode(
                        UInt8(truncatingIfNeeded: second), released: first & released != 0, extended: first & extended != 0))
            case unicode: events.append(.unicode(second, released: first & released != 0))
            case mouse: events.append(.mouse(flags: first, x: second, y: third))
            default: break
            }
        }
        return events
    }

    /// Writes up to ``mostEvents`` events as one PDU.
    static func encode(_ events: ArraySlice<InputEvent>, user: UInt16, into output: inout ByteWriter) {
        let start = DataPDU.begin(DataPDU.input, source: user, &output)
        output.u16le(UInt16(clamping: events.count))
        output.u16le(0)
        for event in events {
            output.u32le(0)
            let (type, first, second, third) = fields(event)
            for value in [type, first, second, third] { output.u16le(value) }
        }
        DataPDU.end(&output, at: start)
    }

    private static func fields(_ event: InputEvent) -> (UInt16, UInt16, UInt16, UInt16) {
        switch event {
        case .synchronize(let flags): (synchronize, 0, UInt16(flags), 0)
        case .scancode(let code, let isReleased, let isExtended):
            (scancode, (isReleased ? released : 0) | (isExtended ? extended : 0), UInt16(code), 0)
        case .unicode(let unit, let isReleased): (unicode, isReleased ? released : 0, unit, 0)
        case .mouse(let flags, let x, let y): (mouse, flags, x, y)
        }
    }
}

/// Fast-path input (TS_FP_INPUT_PDU, MS-RDPBCGR 2.2.8.1.2).
enum FastPathInput {
    private static let scancode: UInt8 = 0
    private static let mouse: UInt8 = 1
    private static let extendedMouse: UInt8 = 2
    private static let synchronize: UInt8 = 3
    private static let unicode: UInt8 = 4
    private static let timestamp: UInt8 = 6
    private static let released: UInt8 = 1
    private static let extended: UInt8 = 2
    /// FASTPATH_INPUT_SECURE_CHECKSUM and FASTPATH_INPUT_ENCRYPTED, in the upper bits of the header.
    private static let secureChecksum: UInt8 = 1
    private static let encrypted: UInt8 = 2
    /// What the four bits of the header can count.
    static let mostEvents = 15

    /// Reads a whole PDU, its header included. It must be encrypted if that was agreed on, and must not be if not.
    @_lifetime(reader: copy reader)
    static func read(_ reader: inout ByteReader, _ security: SecurityLayer? = nil) throws(WireError) -> [InputEvent] {
        let header = try reader.u8("fpInputHeader")
        let flags = header >> 6
        guard flags & encrypted != 0 ? security != nil : security == nil && flags == 0 else {
            throw .invalid(field: "fast-path security flags", value: UInt64(flags))
        }
        try reader.skip(try reader.u8("fast-path length") & 0x80 == 0 ? 0 : 1, "fast-path length")
        let counted = header >> 2 & 0x0F
        guard let security else { return try readEvents(counted, &reader) }
        let plain = try security.readSealed(salted: flags & secureChecksum != 0, &reader)
        var inner = ByteReader(plain.span.bytes)
        return try readEvents(counted, &inner)
    }

    @_lifetime(reader: copy reader)
    private static func readEvents(_ counted: UInt8, _ reader: inout ByteReader) throws(WireError) -> [InputEvent] {
        let count = counted == 0 ? try reader.u8("numEvents") : counted
        var events: [InputEvent] = []
        for _ in 0..<count {
            if let event = try readEvent(&reader) { events.append(event) }
        }
        return events
    }

    @_lifetime(reader: copy reader)
    private static func readEvent(_ reader: inout ByteReader) throws(WireError) -> InputEvent? {
        let header = try reader.u8("eventHeader")
        let flags = header & 0x1F
        switch header >> 5 {
        case scancode:
            return .scancode(try reader.u8("keyCode"), released: flags & released != 0, extended: flags & extended != 0)
        case mouse:
            return .mouse(flags: try reader.u16le("pointerFlags"), x: try reader.u16le("xPos"), y: try reader.u16le("yPos"))
        case extendedMouse:
            try reader.skip(6, "pointerFlags")
            return nil
        case synchronize:
            return .synchronize(flags: flags)
        case unicode:
            return .unicode(try reader.u16le("unicodeCode"), released: flags & released != 0)
        case timestamp:
            try reader.skip(4, "timestamp")
            return nil
        default:
            throw .invalid(field: "fast-path event", value: UInt64(header >> 5))
        }
    }

    /// Writes up to ``mostEvents`` events as one PDU.
    static func encode(
        _ events: ArraySlice<InputEvent>, _ security: SecurityLayer? = nil, into output: inout ByteWriter
    ) {
        let start = output.count
        let flags = security.map { encrypted | ($0.saltsSignatures ? secureChecksum : 0) } ?? 0
        output.u8(flags << 6 | UInt8(events.count) << 2)
        output.u16be(0)
        if let security {
            security.writeSealed(&output) { for event in events { encode(event, into: &$0) } }
        } else {
            for event in events { encode(event, into: &output) }
        }
        output.patch(u16be: 0x8000 | UInt16(truncatingIfNeeded: output.count - start), at: start + 1)
    }

    private static func encode(_ event: InputEvent, into output: inout ByteWriter) {
        switch event {
        case .scancode(let code, let isReleased, let isExtended):
            output.u8(scancode << 5 | (isReleased ? released : 0) | (isExtended ? extended : 0))
            output.u8(code)
        case .mouse(let flags, let x, let y):
            output.u8(mouse << 5)
            for value in [flags, x, y] { output.u16le(value) }
        case .synchronize(let flags):
            output.u8(synchronize << 5 | flags & 0x1F)
        case .unicode(let unit, let isReleased):
            output.u8(unicode << 5 | (isReleased ? released : 0))
            output.u16le(unit)
        }
    }
}
