import LoopTestSupport
import RDP
import Sessions
import TerminalServer
import Testing
import Time

/// The challenge policy on a real server: who is in the way is asked, and gives way only by not answering.
@Suite struct ChallengeTests {
    /// How long an answer may take where nobody answers, and where everybody does: a verdict that waited for the
    /// latter would not come within a test's timeout.
    private static let short = Duration.milliseconds(800)
    private static let long = Duration.seconds(60)

    private func host(
        _ timeout: Duration, _ limits: SessionLimits = SessionLimits(), _ broken: BrokenConnectionAction = .disconnect
    ) throws -> Host {
        try Host {
            $0.liveness = .challenge(timeout: timeout)
            $0.limits = limits
            $0.brokenConnection = broken
        }
    }

    private func state(of client: Client, on host: Host) throws -> String? {
        try host.session(client.number)?["state"] as? String
    }

    private func expectRefusal(_ client: Client, on host: Host) {
        #expect(host.loop.run { client.end != nil })
        #expect(client.end == .server(.deniedConnection) && client.report == nil)
    }

    /// Clients that are well, logged on one after the other, the longest silent first.
    private func crowd(_ count: Int, on host: Host) throws -> [Client] {
        try (1...count).map { try host.loggedOn("user\($0)") }
    }

    @Test func nothingIsAskedWhileNobodyIsInTheWay() throws {
        let host = try host(Self.short)
        let crowd = try crowd(3, on: host)
        crowd[0].session.hang()
        host.loop.run(for: Self.short * 3)
        _ = try host.loggedOn("somebody else")
        #expect(try host.metric("tsserver_heartbeats_sent_total") == 0)
        #expect(try state(of: crowd[0], on: host) == "Active")
    }

    @Test func whoComesBackForAHungClientsSessionIsGivenIt() throws {
        let host = try host(Self.short)
        let old = try host.loggedOn("anna")
        old.session.type("hello")
        #expect(try host.hears(5, in: old.number))
        old.session.hang()
        let began = host.loop.now
        let new = try host.loggedOn("anna", name: "WS00002")
        #expect(new.report?.resumed == true && new.number == old.number && new.report?.text == "hello")
        // The closed form: the time until somebody comes, and the time to answer. A logon of its own takes far less.
        #expect(Self.short..<Self.short + .seconds(5) ~= host.loop.now - began)
        #expect(try host.metric("tsserver_heartbeats_sent_total") == 1)
        #expect(try host.metric("tsserver_blocked_logons_total") == 0)
    }

    @Test func aClientThatIsThereKeepsItsSessionAndNobodyWaitsForTheTimeout() throws {
        let host = try host(Self.long)
        let old = try host.loggedOn("anna")
        let new = try host.loggedOn("anna", name: "WS00002")
        #expect(new.report?.resumed == false && new.number != old.number)
        #expect(old.end == nil)
        #expect(try state(of: old, on: host) == "Active" && state(of: new, on: host) == "Active")
        #expect(try host.metric("tsserver_heartbeats_answered_total") == 1)
        #expect(try host.metric("tsserver_blocked_logons_total") == 1)
    }

    // MARK: At a limit

    /// By its own orphan the user gets in, however full the server is.
    @Test(arguments: [SessionLimits(sessions: 3), SessionLimits(clients: 3), SessionLimits(perUser: 1)])
    func aFullServerGivesAUserHisHungClientsSession(limits: SessionLimits) throws {
        let host = try host(Self.short, limits)
        let crowd = try crowd(3, on: host)
        crowd[1].session.hang()
        let new = try host.loggedOn("user2", name: "WS00009")
        #expect(new.report?.resumed == true && new.number == crowd[1].number)
        #expect(crowd[0].end == nil && crowd[2].end == nil)
        #expect(try host.metric("tsserver_refused_logons_total") == 0)
    }

    @Test(arguments: [SessionLimits(sessions: 3), SessionLimits(clients: 3)])
    func whereEverybodyAnswersTheNewcomerIsRefusedAtOnceAndNobodyElseHarmed(limits: SessionLimits) throws {
        let host = try host(Self.long, limits)
        let crowd = try crowd(3, on: host)
        let before = try host.metric("tsserver_heartbeats_sent_total")
        expectRefusal(try host.client("newcomer"), on: host)
        #expect(try host.metric("tsserver_heartbeats_sent_total") == before + 3)
        #expect(crowd.allSatisfy { $0.end == nil && $0.told.isEmpty })
        #expect(try host.metric("tsserver_sessions{state=\"Active\"}") == 3)
    }

    /// A Disconnected session does not count in the limit of clients (Q187443), and waits for its user.
    @Test func aStrangerTakesTheLicenceOfAHungClient() throws {
        let host = try host(Self.short, SessionLimits(clients: 3))
        let crowd = try crowd(3, on: host)
        crowd[1].session.hang()
        let newcomer = try host.loggedOn("newcomer")
        #expect(newcomer.report?.resumed == false)
        #expect(try state(of: crowd[1], on: host) == "Disconnected")
        #expect(try state(of: crowd[0], on: host) == "Active" && state(of: crowd[2], on: host) == "Active")
        #expect(crowd[0].end == nil && crowd[2].end == nil)
        #expect(try host.metric("tsserver_sessions{state=\"Active\"}") == 3)
        // Full again, and everybody there: the next one is refused.
        crowd[0].session.type("x")
        expectRefusal(try host.client("another"), on: host)
    }

    /// A Disconnected session counts in our limit of sessions, other than in Maximum Connection Count (Q187443): the challenge
    /// makes room for a newcomer only where a broken connection ends its session.
    @Test(arguments: [BrokenConnectionAction.disconnect, .reset])
    func theLimitOfSessionsIsFreedOnlyWhereBrokenConnectionsEndThem(broken: BrokenConnectionAction) throws {
        let host = try host(Self.short, SessionLimits(sessions: 3), broken)
        let crowd = try crowd(3, on: host)
        crowd[1].session.hang()
        if broken == .reset {
            #expect(try host.loggedOn("newcomer").report?.resumed == false)
        } else {
            expectRefusal(try host.client("newcomer"), on: host)
            #expect(try state(of: crowd[1], on: host) == "Disconnected")
            #expect(try host.loggedOn("user2").number == crowd[1].number, "its user has the place")
        }
    }

    /// No more than the longest silent are asked at a time. They answer and are no longer that, so that whoever tries
    /// again gets to the next.
    @Test func theLongestSilentAreAskedFirst() throws {
        let asked = 16
        let host = try host(Self.short, SessionLimits(clients: asked + 4))
        let crowd = try crowd(asked + 4, on: host)
        crowd[asked + 1].session.hang()
        expectRefusal(try host.client("newcomer"), on: host)
        #expect(try host.metric("tsserver_heartbeats_sent_total") == Double(asked))
        #expect(try state(of: crowd[asked + 1], on: host) == "Active")
        #expect(try host.loggedOn("newcomer").report?.resumed == false)
        #expect(try state(of: crowd[asked + 1], on: host) == "Disconnected")
        #expect(crowd.enumerated().allSatisfy { $0.offset == asked + 1 || $0.element.end == nil })
    }

    @Test func oneHungClientMakesRoomForOneOfTwo() throws {
        let host = try host(Self.short, SessionLimits(clients: 3))
        let crowd = try crowd(3, on: host)
        crowd[0].session.hang()
        let rivals = try ["newcomer", "another"].map { try host.client($0) }
        #expect(host.loop.run { rivals.allSatisfy { $0.report != nil || $0.end != nil } })
        #expect(rivals.count { $0.report != nil } == 1 && rivals.count { $0.end == .server(.deniedConnection) } == 1)
        #expect(try host.metric("tsserver_sessions{state=\"Active\"}") == 3)
    }
}
