import PacketTestSupport
import Testing
import Wire

@testable import RDP

@Suite struct EndpointTests {
    private static let pieces = [1, 2, 3, 7, 64, Int.max]

    @Test(arguments: pieces) func theHandshakeReachesTheDesktopHoweverTheBytesAreCut(piece: Int) throws {
        var pair = try Pair.active(piece: piece)
        #expect(
            pair.takeServerEvents() == [
                .connectionRequested(cookie: "ada"),
                .logonRequested(
                    LogonRequest(
                        user: "ada", domain: "LAB", password: "secret", clientName: "WS1", clientBuild: 1381)),
                .activated,
            ])
        #expect(pair.takeClientEvents() == [.activated])
        #expect(pair.server.isActive)
        #expect(pair.client.isActive)
        #expect(pair.server.desktopWidth == 640)
        #expect(pair.server.desktopHeight == 480)
        #expect(pair.server.hasReportChannel)
    }

    @Test(arguments: pieces) func inputArrivesAsItWasSent(piece: Int) throws {
        var pair = try Pair.active(piece: piece)
        _ = pair.takeServerEvents()
        let events: [InputEvent] = [
            .scancode(0x1E, released: false, extended: false), .scancode(0x1E, released: true, extended: true),
            .unicode(0x20AC, released: false), .unicode(0x20AC, released: true),
            .mouse(flags: 0x9000, x: 639, y: 479), .synchronize(flags: 5),
        ]
        pair.client.sendInput(events, output: &pair.toServer)
        try pair.settle()
        #expect(pair.takeServerEvents() == [.input(events)])
    }

    @Test func moreInputThanOnePDUHoldsArrivesWhole() throws {
        var pair = try Pair.active()
        _ = pair.takeServerEvents()
        let events = (0..<40).map { InputEvent.scancode(UInt8($0), released: false, extended: false) }
        pair.client.sendInput(events, output: &pair.toServer)
        try pair.settle()
        let arrived = pair.takeServerEvents().flatMap { event -> [InputEvent] in
            if case .input(let part) = event { part } else { [] }
        }
        #expect(arrived == events)
    }

    @Test func inputArrivesTheSlowWayToo() throws {
        var pair = try Pair.active()
        _ = pair.takeServerEvents()
        pair.client.capabilities.takesFastPathInput = false
        let events = (0..<2000).map { index -> InputEvent in
            switch index % 4 {
            case 0: .scancode(UInt8(index % 128), released: index % 8 == 0, extended: index % 16 == 0)
            case 1: .unicode(UInt16(index), released: index % 8 == 1)
            case 2: .mouse(flags: 0x0800, x: UInt16(index), y: 7)
            default: .synchronize(flags: 5)
            }
        }
        pair.client.sendInput(events, output: &pair.toServer)
        try pair.settle()
        let arrived = pair.takeServerEvents().flatMap { event -> [InputEvent] in
            if case .input(let part) = event { part } else { [] }
        }
        #expect(arrived == events)
    }

    @Test(arguments: pieces) func theServerHearsOfMinimisingAndOfTheWindowsClosing(piece: Int) throws {
        var pair = try Pair.active(piece: piece)
        _ = (pair.takeServerEvents(), pair.takeClientEvents())
        pair.client.sendSuppressOutput(true, output: &pair.toServer)
        pair.client.sendSuppressOutput(false, output: &pair.toServer)
        pair.client.sendShutdownRequest(output: &pair.toServer)
        try pair.settle()
        #expect(pair.takeServerEvents() == [.outputSuppressed(true), .outputSuppressed(false), .shutdownRequested])
        pair.server.denyShutdown(output: &pair.toClient)
        try pair.settle()
        #expect(pair.takeClientEvents() == [.shutdownDenied])
    }

    @Test(arguments: pieces) func theClientHearsOfItsSessionAndSeesWhatIsDrawn(piece: Int) throws {
        var pair = try Pair.active(piece: piece)
        _ = pair.takeClientEvents()
        // Longer than a chunk of a static channel.
        let report = SessionReport(session: 7, resumed: true, keystrokes: 9, text: String(repeating: "a", count: 4000))
        pair.server.sendSessionInfo(session: 7, domain: "LAB", user: "ada", output: &pair.toClient)
        pair.server.sendReport(report, output: &pair.toClient)
        pair.server.sendBitmap(
            left: 4, top: 8, width: 64, pixels: Array(repeating: 12, count: 64 * 64), Palette([]), output: &pair.toClient)
        try pair.settle()
        #expect(
            pair.takeClientEvents() == [
                .loggedOn(session: 7, user: "ada"), .reported(report), .drawn(rectangles: 1),
            ])
    }

    @Test(arguments: pieces) func theClientAnswersRoundTripRequests(piece: Int) throws {
        // The plain X.224 request of `ClientEndpoint` offers a negotiation, so that extended client data is on.
        var pair = try Pair.active(piece: piece)
        _ = (pair.takeServerEvents(), pair.takeClientEvents())
        #expect(pair.server.heartbeatKind == .roundTrip)
        for sequence: UInt16 in [0, 1, 0x1234, .max] { pair.server.sendHeartbeat(sequence: sequence, output: &pair.toClient) }
        try pair.settle()
        #expect(pair.takeServerEvents() == [0, 1, 0x1234, .max].map { .heartbeatAnswered(sequence: $0) })
        #expect(pair.takeClientEvents() == Array(repeating: .heartbeatAnswered, count: 4))
    }

    @Test(arguments: pieces) func theClientRefusesADynamicChannelThatNobodyHas(piece: Int) throws {
        var pair = try Pair.active(piece: piece, answersRoundTrips: false)
        _ = (pair.takeServerEvents(), pair.takeClientEvents())
        #expect(pair.server.heartbeatKind == .dynamicChannel)
        for sequence: UInt16 in [0, 255, 256] { pair.server.sendHeartbeat(sequence: sequence, output: &pair.toClient) }
        try pair.settle()
        // A channel's id has eight bits.
        #expect(pair.takeServerEvents() == [0, 255, 0].map { .heartbeatAnswered(sequence: $0) })
        #expect(pair.takeClientEvents() == Array(repeating: .heartbeatAnswered, count: 3))
    }

    @Test(arguments: pieces) func logoffIsAMessageToTheServer(piece: Int) throws {
        var pair = try Pair.active(piece: piece)
        _ = pair.takeServerEvents()
        pair.client.sendLogoff(output: &pair.toServer)
        try pair.settle()
        #expect(pair.takeServerEvents() == [.channelMessage(SessionReport.logoffCommand)])
    }

    @Test(arguments: pieces) func theClientLeavesAndSaysSo(piece: Int) throws {
        var pair = try Pair.active(piece: piece)
        _ = pair.takeServerEvents()
        pair.client.disconnect(output: &pair.toServer)
        try pair.settle()
        #expect(pair.takeServerEvents() == [.disconnected])
        #expect(!pair.server.isActive)
    }

    @Test(arguments: pieces) func aRefusedUserHearsWhy(piece: Int) throws {
        var pair = Pair(piece: piece)
        try pair.reachLogon()
        pair.server.refuse(.deniedConnection, output: &pair.toClient)
        try pair.settle()
        #expect(pair.takeClientEvents() == [.errorInfo(.deniedConnection), .disconnected])
    }

    @Test(arguments: pieces) func anEndedSessionsUserHearsWhy(piece: Int) throws {
        var pair = try Pair.active(piece: piece)
        _ = pair.takeClientEvents()
        pair.server.end(.administratorLoggedOff, output: &pair.toClient)
        try pair.settle()
        #expect(pair.takeClientEvents() == [.errorInfo(.administratorLoggedOff), .disconnected])
    }

    @Test(arguments: pieces) func theDesktopComesAnewAfterAReactivation(piece: Int) throws {
        var pair = try Pair.active(piece: piece)
        _ = (pair.takeServerEvents(), pair.takeClientEvents())
        pair.server.reactivate(output: &pair.toClient)
        // On its way while the server does not yet take input again.
        pair.client.sendSuppressOutput(true, output: &pair.toServer)
        try pair.settle()
        #expect(pair.takeClientEvents() == [.deactivated, .activated])
        #expect(pair.takeServerEvents() == [.activated])
        #expect(pair.server.isActive)
    }

    @Test func aDesktopsSizeIsKeptWithinLimits() throws {
        var configuration = Pair.configuration
        (configuration.width, configuration.height) = (1023, 9)
        let small = try Pair.active(configuration: configuration)
        #expect(small.server.desktopWidth == 1020)
        #expect(small.server.desktopHeight == 64)
        (configuration.width, configuration.height) = (.max, .max)
        let large = try Pair.active(configuration: configuration)
        #expect(large.server.desktopWidth == 4096)
        #expect(large.server.desktopHeight == 4096)
    }

    @Test func whoeverEndsBeforeThereIsADomainSaysNothing() throws {
        var pair = Pair()
        pair.server.end(.deniedConnection, output: &pair.toClient)
        pair.client.disconnect(output: &pair.toServer)
        pair.client.start(output: &pair.toServer)
        #expect(pair.toClient.isEmpty)
        #expect(pair.toServer.isEmpty)
    }

    @Test(arguments: [0, 1, 200, 600]) func aLongUserNameConnects(length: Int) throws {
        var configuration = Pair.configuration
        configuration.user = String(repeating: "n", count: length)
        #expect(try Pair.active(configuration: configuration).client.isActive)
    }

    @Test func aBitmapThatFitsNowhereIsNotDrawn() throws {
        var pair = try Pair.active()
        let table: [(left: Int, top: Int, width: Int, count: Int)] = [
            (0, 0, 0, 1), (0, 0, -1, 1), (0, 0, 1, 0), (0, 0, 2, 1), (0, 0, 2, 3), (-1, 0, 1, 1), (0, -1, 1, 1), (4096, 0, 1, 1),
            (0, 4096, 1, 1), (0, 0, 100, 5100), (0, 0, 4097, 4097), (.max, .max, 1, 1), (0, 0, 1, 5000),
        ]
        for row in table {
            let pixels = [UInt8](repeating: 0, count: row.count)
            pair.server.sendBitmap(left: row.left, top: row.top, width: row.width, pixels: pixels, Palette([]), output: &pair.toClient)
            #expect(pair.toClient.isEmpty)
        }
        _ = pair.takeClientEvents()
        let pixels = (0..<5000).map { UInt8(truncatingIfNeeded: $0) }
        pair.server.sendBitmap(left: 4096 - 50, top: 4096 - 100, width: 50, pixels: pixels, Palette([]), output: &pair.toClient)
        try pair.settle()
        #expect(pair.takeClientEvents() == [.drawn(rectangles: 1)])
    }

    @Test func nothingIsSentAfterTheServersEnd() throws {
        var pair = try Pair.active()
        pair.server.end(nil, output: &pair.toClient)
        try pair.settle()
        var output = ByteWriter()
        pair.server.admit(output: &output)
        pair.server.refuse(.deniedConnection, output: &output)
        pair.server.end(.loggedOffByUser, output: &output)
        pair.server.sendBitmap(left: 0, top: 0, width: 1, pixels: [1], Palette([]), output: &output)
        pair.server.sendSessionInfo(session: 1, domain: "", user: "", output: &output)
        pair.server.sendReport(SessionReport(session: 1, resumed: false, keystrokes: 0, text: ""), output: &output)
        pair.server.sendHeartbeat(sequence: 1, output: &output)
        pair.server.denyShutdown(output: &output)
        pair.server.reactivate(output: &output)
        #expect(text(output.bytes) == "")
    }

    @Test func nothingIsSentAfterTheClientsEnd() throws {
        var pair = try Pair.active()
        pair.client.disconnect(output: &pair.toServer)
        try pair.settle()
        var output = ByteWriter()
        pair.client.start(output: &output)
        pair.client.sendInput([.synchronize(flags: 0)], output: &output)
        pair.client.sendSuppressOutput(true, output: &output)
        pair.client.sendShutdownRequest(output: &output)
        pair.client.sendLogoff(output: &output)
        pair.client.disconnect(output: &output)
        #expect(text(output.bytes) == "")
    }

    @Test func dataOnChannelZeroIsAnError() throws {
        // Without round trips there is no message channel, whose place channel 0 might take.
        var pair = try Pair.active(answersRoundTrips: false)
        pair.toServer.append(hex("03 00 00 12 02 F0 80 64 00 07 00 00 70 04 00 20 00 00"))
        let field = WireError.invalid(field: "MCS channel", value: 0)
        #expect(throws: RDPError(pdu: "MCS domain PDU", detail: field)) { try pair.settle() }
    }
}
