import Wire

/// X.224 class 0 TPDUs as RDP uses them (ITU-T X.224, 13.3, 13.4, 13.7; MS-RDPBCGR 2.2.1.1, 2.2.1.2).
enum X224 {
    static let connectionRequest: UInt8 = 0xE0
    static let connectionConfirm: UInt8 = 0xD0
    static let data: UInt8 = 0xF0
    static let endOfTransmission: UInt8 = 0x80

    static func writeDataHeader(_ output: inout ByteWriter) {
        output.u8(2)
        output.u8(data)
        output.u8(endOfTransmission)
    }

    @_lifetime(reader: copy reader)
    static func readDataHeader(_ reader: inout ByteReader) throws(WireError) {
        let length = try reader.u8("X.224 length")
        let code = try reader.u8("X.224 code")
        guard length == 2, code == data else { throw .invalid(field: "X.224 data header", value: UInt64(code)) }
        try reader.skip(1, "X.224 end of TSDU")
    }
}

/// Security protocols that a client offers and a server picks from (MS-RDPBCGR 2.2.1.1.1).
public struct SecurityProtocols: OptionSet, Sendable {
    public let rawValue: UInt32
    public init(rawValue: UInt32) { self.rawValue = rawValue }

    /// TLS.
    public static let tls = SecurityProtocols(rawValue: 1)
    /// CredSSP, also called network level authentication.
    public static let credSSP = SecurityProtocols(rawValue: 2)
}

/// X.224 Connection Request (MS-RDPBCGR 2.2.1.1).
public struct ConnectionRequest: Equatable, Sendable {
    /// The user name in a `mstshash` cookie.
    public var cookie: String?
    /// What the negotiation request offers; nil where there is none, which means standard RDP security.
    public var offered: SecurityProtocols?

    /// The longest line taken, and the longest name sent: with all else it fits into X.224's length of one octet.
    static let longestCookie = 256
    private static let longestName = 128
    private static let cookiePrefix = [UInt8]("Cookie: mstshash=".utf8)
    private static let negotiationRequest: UInt8 = 1

    init(cookie: String?, offered: SecurityProtocols?) {
        self.cookie = cookie
        self.offered = offered
    }

    @_lifetime(reader: copy reader)
    init(from reader: inout ByteReader) throws(WireError) {
        let length = Int(try reader.u8("X.224 length"))
        let code = try reader.u8("X.224 code")
        guard code & 0xF0 == X224.connectionRequest else { throw .invalid(field: "X.224 code", value: UInt64(code)) }
        guard length == reader.remaining + 1 else { throw .invalid(field: "X.224 length", value: UInt64(length)) }
        try reader.skip(5, "X.224 references")
        try readCookie(&reader)
        if reader.remaining >= 8, try reader.u8("RDP_NEG_REQ type") == Self.negotiationRequest {
            try reader.skip(1, "RDP_NEG_REQ flags")
            let size = try reader.u16le("RDP_NEG_REQ length")
            guard size == 8 else { throw .invalid(field: "RDP_NEG_REQ length", value: UInt64(size)) }
            offered = SecurityProtocols(rawValue: try reader.u32le("requestedProtocols"))
        }
    }

    /// A line that ends in CR LF, if there is one; only the cookie kind means anything here.
    @_lifetime(reader: copy reader)
    private mutating func readCookie(_ reader: inout ByteReader) throws(WireError) {
        guard !reader.isAtEnd, try reader.peek() >= 0x20 else { return }
        var line: [UInt8] = []
        while true {
            let byte = try reader.u8("cookie")
            if byte == 0x0D { break }
            guard line.count < Self.longestCookie else { throw .invalid(field: "cookie length", value: UInt64(line.count)) }
            line.append(byte)
        }
        guard try reader.u8("cookie end") == 0x0A else { throw .invalid(field: "cookie end", value: 0x0D) }
        if line.starts(with: Self.cookiePrefix) {
            cookie = String(decoding: line.dropFirst(Self.cookiePrefix.count), as: UTF8.self)
        }
    }

    func encode(into output: inout ByteWriter) {
        let start = Frame.begin(&output)
        var body = ByteWriter()
        body.u8(X224.connectionRequest)
        body.zeros(5)
        if let cookie {
            body.append(Self.cookiePrefix)
            body.append([UInt8](cookie.utf8.filter { $0 >= 0x20 }.prefix(Self.longestName)))
            body.append([0x0D, 0x0A])
        }
        if let offered {
            body.u8(Self.negotiationRequest)
            body.u8(0)
            body.u16le(8)
            body.u32le(offered.rawValue)
        }
        output.u8(UInt8(clamping: body.count))
        output.append(body.bytes)
        Frame.end(&output, at: start)
    }
}

/// X.224 Connection Confirm (MS-RDPBCGR 2.2.1.2).
public struct ConnectionConfirm: Equatable, Sendable {
    public enum Negotiation: Equatable, Sendable {
        /// The client asked for nothing, so nothing is said.
        case absent
        /// The protocol to go on with; empty for standard RDP security.
        case selected(SecurityProtocols, extendedClientData: Bool)
        /// RDP_NEG_FAILURE's code (2.2.1.2.2).
        case failure(UInt32)
    }

    public var negotiation: Negotiation

    private static let response: UInt8 = 2
    private static let failure: UInt8 = 3
    /// EXTENDED_CLIENT_DATA_SUPPORTED (2.2.1.2.1).
    private static let extendedClientData: UInt8 = 1

    init(_ negotiation: Negotiation) { self.negotiation = negotiation }

    @_lifetime(reader: copy reader)
    init(from reader: inout ByteReader) throws(WireError) {
        _ = try reader.u8("X.224 length")
        let code = try reader.u8("X.224 code")
        guard code & 0xF0 == X224.connectionConfirm else { throw .invalid(field: "X.224 code", value: UInt64(code)) }
        try reader.skip(5, "X.224 references")
        guard !reader.isAtEnd else {
            negotiation = .absent
            return
        }
        let type = try reader.u8("RDP_NEG_RSP type")
        let flags = try reader.u8("RDP_NEG_RSP flags")
        try reader.skip(2, "RDP_NEG_RSP length")
        let value = try reader.u32le("selectedProtocol")
        switch type {
        case Self.response:
            negotiation = .selected(
                SecurityProtocols(rawValue: value), extendedClientData: flags & Self.extendedClientData != 0)
        case Self.failure: negotiation = .failure(value)
        default: throw .invalid(field: "negotiation type", value: UInt64(type))
        }
    }

    func encode(into output: inout ByteWriter) {
        let start = Frame.begin(&output)
        output.u8(negotiation == .absent ? 6 : 14)
        output.u8(X224.connectionConfirm)
        output.u16be(0)
        output.u16be(0x1234)
        output.u8(0)
        switch negotiation {
        case .absent: break
        case .selected(let protocols, let extended):
            encode(Self.response, flags: extended ? Self.extendedClientData : 0, protocols.rawValue, into: &output)
        case .failure(let code):
            encode(Self.failure, flags: 0, code, into: &output)
        }
        Frame.end(&output, at: start)
    }

    private func encode(_ type: UInt8, flags: UInt8, _ value: UInt32, into output: inout ByteWriter) {
        output.u8(type)
        output.u8(flags)
        output.u16le(8)
        output.u32le(value)
    }
}
