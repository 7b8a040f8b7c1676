import Wire

/// Tells a client which session it was given (TS_LOGON_INFO_VERSION_2, MS-RDPBCGR 2.2.10.1.1.2).
struct SaveSessionInfo: Equatable {
    var session: UInt32
    var domain: String
    var user: String

    private static let logonLong: UInt32 = 1
    private static let fixedLength: UInt32 = 18
    private static let padding = 558

    init(session: UInt32, domain: String, user: String) {
        self.session = session
        self.domain = domain
        self.user = user
    }

    /// Nil where the PDU tells something else of a logon than the session.
    @_lifetime(reader: copy reader)
    init?(from reader: inout ByteReader) throws(WireError) {
        guard try reader.u32le("infoType") == Self.logonLong else { return nil }
        try reader.skip(2 + 4, "Size")
        session = try reader.u32le("SessionId")
        let domainLength = try reader.u32le("cbDomain")
        let userLength = try reader.u32le("cbUserName")
        try reader.skip(Self.padding, "Pad")
        domain = UTF16Text.decode(try reader.array(Int(domainLength), "Domain"))
        user = UTF16Text.decode(try reader.array(Int(userLength), "UserName"))
    }

    func encode(into output: inout ByteWriter) {
        let texts = [domain, user].map { UTF16Text.encode($0) + [0, 0] }
        output.u32le(Self.logonLong)
        output.u16le(1)
        output.u32le(Self.fixedLength)
        output.u32le(session)
        for text in texts { output.u32le(UInt32(text.count)) }
        output.zeros(Self.padding)
        for text in texts { output.append(text) }
    }
}
