import Wire

/// Finding the station that has a name, by UI frames (IBM LAN Technical Reference, NAME QUERY and NAME RECOGNIZED).
public enum NameService {
    /// Asks every station.
    static func query(
        _ called: NetBIOSName, from local: MACAddress, session: UInt8, response: UInt16, into output: inout NBFOutput
    ) {
        let calling = NetBIOSName(workstation: local.workstation ?? 0)
        send(
            .nameQuery(session: session, response: response, called: called, calling: calling), to: .netBIOS, from: local,
            into: &output)
    }

    /// Answers a query for a name that this station has. Nothing is kept of it: the numbers follow from the addresses.
    ///
    /// - Parameter hasRoom: whether one more session can be had.
    /// - Returns: whether the frame was such a query.
    @discardableResult
    public static func answer(
        _ frame: LLCFrame, _ bytes: RawSpan, having name: NetBIOSName, at local: MACAddress, hasRoom: Bool,
        into output: inout NBFOutput
    ) -> Bool {
        guard case .unnumbered(.ui, _) = frame.control, !frame.isResponse else { return false }
        var reader = ByteReader(bytes.extracting(frame.information))
        guard case .nameQuery(let session, let response, name, let calling)? = try? NBFFrame(from: &reader) else { return false }
        var number = SessionMachine.number(of: frame.source)
        if session == 0 { number = 0 } else if !hasRoom { number = 0xFF }
        send(
            .nameRecognized(session: number, transmit: response, response: response, calling: calling, called: name),
            to: frame.source, from: local, into: &output)
        return true
    }

    private static func send(
        _ content: NBFFrame, to remote: MACAddress, from local: MACAddress, into output: inout NBFOutput
    ) {
        let frame = LLCFrame(to: remote, from: local, isResponse: false, control: .unnumbered(.ui, pollFinal: false))
        output.frames.append(frame) { content.encode(into: &$0) }
    }

    /// What is answered for a link that is not here: DM to a command, nothing to a response or a datagram (802.2, 7.5: ADM).
    /// This is how a station that started anew tells its peers of the past that it has.
    public static func disown(_ frame: LLCFrame, at local: MACAddress, into output: inout NBFOutput) {
        if frame.isResponse { return }
        if case .unnumbered(let kind, _) = frame.control, kind != .sabme, kind != .disc { return }
        let answer = LLCControl.unnumbered(.dm, pollFinal: frame.control.pollFinal)
        output.frames.append(LLCFrame(to: frame.source, from: local, isResponse: true, control: answer))
    }
}
