import Random
import Sessions
import Testing
import Time

/// Seeded random schedules, held against a model as plain as can be: a list of who should have what.
@Suite struct RandomScheduleTests {
    @Test(arguments: 0..<24 as Range<UInt64>)
    func nothingIsLostDuplicatedOrMixedUp(seed: UInt64) throws {
        var schedule = Schedule(seed: seed)
        for _ in 0..<900 {
            try schedule.step()
            try schedule.check()
        }
        #expect(schedule.resumed > 3 && schedule.refused > 3, "the schedule met too little")
    }
}

private struct Schedule {
    private struct Expected: Equatable {
        var user: String?
        var state: SessionState
        var text = ""
        var since: Int = 0
    }

    private var random: SeededGenerator
    private var table: SessionTable
    private let limits: SessionLimits
    private let resets: Bool
    private var expected: [SessionID: Expected] = [:]
    private var believed: [SessionID: SessionState] = [:]
    private var clock = 0
    private(set) var resumed = 0
    private(set) var refused = 0
    private static let most = 8
    private static let users = ["anna", "bert", "cleo", "dora", "emil", "fred"]

    init(seed: UInt64) {
        random = SeededGenerator(seed: seed)
        limits = SessionLimits(sessions: Self.most, perUser: 2)
        resets = seed % 3 == 0
        table = SessionTable(
            listeners: ["rdp-tcp", "rdp-nbf"], limits: limits, brokenConnection: resets ? .reset : .disconnect, at: .zero)
    }

    private var now: MonotonicTime { at(Double(clock)) }

    private mutating func one(where matches: (Expected) -> Bool) -> SessionID? {
        expected.filter { matches($0.value) }.keys.sorted().randomElement(using: &random)
    }

    mutating func step() throws {
        clock += 1
        switch Int.random(in: 0..<12, using: &random) {
        case 0...2: arrive()
        case 3...5: try logon()
        case 6: if let id = one(where: { $0.state != .disconnected }) { breakConnection(of: id) }
        case 7, 8: try disconnect()
        case 9: if Bool.random(using: &random), let id = one(where: { _ in true }) { try end(id) }
        default: type()
        }
    }

    private mutating func arrive() {
        let id = table.connect(listener: "rdp-tcp", address: "192.0.2.1:\(clock)", at: now)
        #expect(expected.updateValue(Expected(user: nil, state: .connected), forKey: id) == nil, "\(id) is taken")
    }

    private var withUser: Int { expected.values.count { $0.user != nil } }

    private mutating func logon() throws {
        guard let id = one(where: { $0.state == .connected }), let user = Self.users.randomElement(using: &random) else { return }
        let theirs = expected.filter { $0.value.user == user }
        let waiting = theirs.filter { $0.value.state == .disconnected }.min { $0.value.since < $1.value.since }?.key
        let spelling = Bool.random(using: &random) ? user : user.uppercased()
        do throws(Refusal) {
            let outcome = try table.logon(id, user: spelling, clientName: "WS", at: now)
            #expect(withUser < Self.most && outcome.session == waiting ?? id && outcome.resumed == (waiting != nil))
            if let waiting {
                resumed += 1
                expected[id] = nil
                expected[waiting]?.state = .active
            } else {
                #expect(theirs.count < 2 && Set(outcome.held) == Set(theirs.keys))
                expected[id] = Expected(user: user, state: .active)
            }
        } catch {
            refused += 1
            #expect(withUser == Self.most ? error == .sessionLimit(Self.most) : waiting == nil && theirs.count == 2, "\(error)")
        }
    }

    private mutating func breakConnection(of id: SessionID) {
        table.connectionBroke(id, because: .peerReset, at: now)
        if expected[id]?.state == .active, !resets { detach(id) } else { expected[id] = nil }
    }

    private mutating func disconnect() throws {
        guard let id = one(where: { $0.state == .active }) else { return }
        try table.disconnect(id, because: .clientDisconnected, at: now)
        detach(id)
    }

    private mutating func detach(_ id: SessionID) {
        expected[id]?.state = .disconnected
        expected[id]?.since = clock
    }

    private mutating func end(_ id: SessionID) throws {
        try table.terminate(id, because: .logoff, at: now)
        expected[id] = nil
    }

    private mutating func type() {
        guard let id = one(where: { $0.state == .active }), let key = "abcdefghij".randomElement(using: &random) else { return }
        table.handleInput(of: id, at: now) { $0.type(key) }
        expected[id]?.text.append(key)
    }

    mutating func check() throws {
        let all = table.all
        #expect(Set(all.map(\.id)).count == all.count)
        for state in SessionState.allCases { #expect(table.count(state) == all.count { $0.state == state }, "\(state)") }
        let inUse = all.filter { $0.state != .idle && $0.state != .listen && $0.id != .console }
        try #require(Set(inUse.map(\.id)) == Set(expected.keys))
        #expect(table.inUse == expected.count && withUser <= Self.most)
        for session in inUse {
            let wanted = try #require(expected[session.id])
            try #require(session.user?.lowercased() == wanted.user && session.state == wanted.state)
            // Longer than is kept is not what this test is about.
            #expect(session.application.text == wanted.text, "another's text in \(session.id)")
            #expect((session.station == nil) == (session.state == .disconnected))
        }
        for user in Self.users {
            let theirs = table.sessions(of: user)
            #expect(theirs.count <= 2 && theirs.allSatisfy { $0.user?.lowercased() == user })
            #expect(Set(theirs.map(\.id)) == Set(expected.filter { $0.value.user == user }.keys))
        }
        // Whoever only follows the events believes the same.
        for event in table.takeEvents() {
            #expect(believed[event.session, default: .idle] == event.from && event.t == now)
            believed[event.session] = event.to == .down ? nil : event.to
        }
        try #require(believed == expected.mapValues(\.state))
    }
}
