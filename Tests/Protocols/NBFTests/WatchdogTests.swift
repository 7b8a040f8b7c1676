import Random
import Testing
import Time

@testable import NBF

/// What the driver notices of a peer, and what it does not, on virtual time.
@Suite struct WatchdogTests {
    private static let parameters = NBFParameters.windowsNT4

    @Test func theDefaultsAreThoseOfWindowsNT() {
        #expect(Self.parameters.watchdogBound == .milliseconds(34_800))
        #expect(Self.parameters.window == 10)
        #expect(Self.parameters.sessionAliveInterval == nil)
    }

    /// At any moment of the watchdog's round, and with data on its way or not.
    @Test(arguments: 0..<60) func aPowerOffIsFoundWithinTheBound(seed: Int) throws {
        var random = SeededGenerator(seed: UInt64(seed))
        var medium = Medium.connected(seed: UInt64(seed))
        medium.run(for: .milliseconds(Int64.random(in: 0...120_000, using: &random)))
        medium.client.power = .off
        let fault = medium.now
        if seed % 3 == 0 { medium.say([1, 2, 3], from: 1) }
        medium.run(for: Self.parameters.watchdogBound + .seconds(1))
        #expect(medium.server.ends == [.timedOut])
        #expect(medium.server.machine == nil)
        let found = try #require(medium.server.endedAt) - fault
        // With data on its way T1 runs out so often and no less. Idle, up to Ti of silence went before the fault.
        let asking = Self.parameters.t1 * Self.parameters.llcRetries
        #expect(found <= (seed % 3 == 0 ? asking : Self.parameters.watchdogBound))
        #expect(found >= asking - (seed % 3 == 0 ? .zero : Self.parameters.t1))
    }

    @Test func aHungProgramIsNeverFound() {
        var medium = Medium.connected()
        medium.client.machine?.pause()
        medium.say([UInt8](repeating: 7, count: 200), from: 1)
        medium.run(for: .seconds(7 * 24 * 3600))
        #expect(medium.server.ends.isEmpty)
        #expect(medium.client.ends.isEmpty)
        medium.resume(0)
        #expect(medium.client.received.count == 200)
    }

    /// Nor where the server fills the driver's buffer, and its own.
    @Test func aHungProgramWithAFullDriverIsNeverFound() {
        var parameters = Self.parameters
        parameters.receiveLimit = 4096
        var medium = Medium.connected(parameters: parameters)
        medium.client.machine?.pause()
        var taken: [UInt8] = []
        for round in 0..<40 {
            let bytes = [UInt8](repeating: UInt8(round), count: 1000)
            if medium.say(bytes, from: 1, limit: 16_384) != .refused { taken += bytes }
            medium.run(for: .seconds(1))
        }
        #expect(taken.count < 40_000)
        #expect((medium.client.machine?.held.count ?? 0) < 4096 + 1400)
        medium.run(for: .seconds(24 * 3600))
        #expect(medium.server.ends.isEmpty)
        medium.resume(0)
        medium.run(for: .seconds(10))
        #expect(medium.client.received == taken)
        #expect(medium.server.drains == 1)
    }

    @Test func aRebootedStationAnswersDM() throws {
        var medium = Medium.connected()
        medium.client.power = .off
        medium.client.machine = nil
        medium.run(for: .seconds(20))
        medium.client.power = .on
        medium.run(for: .seconds(11))
        #expect(medium.server.ends == [.reset])
        #expect(medium.server.machine == nil)
    }

    @Test func aRebootedStationThatSendsIsHeardAtOnce() {
        var medium = Medium.connected()
        medium.client.machine = nil
        medium.say([1], from: 1)
        medium.run(for: .milliseconds(50))
        #expect(medium.server.ends == [.reset])
    }

    /// The user of a machine that was switched off and on calls before the watchdog has noticed.
    @Test func aStationThatCallsAnewEndsItsOldSession() {
        var medium = Medium.connected()
        medium.say([1, 2], from: 0)
        medium.run(for: .seconds(3))
        medium.client.machine = nil
        medium.client.isOpen = false
        medium.call(correlator: 900)
        medium.run(for: .seconds(3))
        #expect(medium.server.ends == [.reset])
        #expect(medium.client.isOpen)
        medium.say([3, 4], from: 0)
        medium.run(for: .seconds(1))
        #expect(medium.server.received == [1, 2, 3, 4])
    }

    @Test func aShortFreezeIsForgivenAndALongOneIsNot() {
        for (length, ends) in [(Duration.seconds(25), []), (.seconds(36), [SessionEnd.timedOut])] {
            var medium = Medium.connected()
            medium.client.power = .frozen
            medium.run(for: length)
            medium.client.power = .on
            medium.run(for: .seconds(60))
            #expect(medium.server.ends == ends)
            #expect(medium.client.ends == (ends.isEmpty ? [] : [.reset]))
        }
    }

    @Test func anIdleHourCostsAtMostAPollAndAFinalOfEachEndEachTi() {
        var medium = Medium.connected()
        medium.run(for: .seconds(3600))
        var sent = medium.client.output.sent.total
        sent += medium.server.output.sent.total
        var received = medium.client.output.received.total
        received += medium.server.output.received.total
        #expect(sent == received)
        // An end that is asked need not ask; but the ends heard each other at about the same time, so that often both do.
        #expect(240...480 ~= sent.packets)
        #expect(sent.bytes == sent.packets * 60)
        #expect(medium.server.ends.isEmpty)
    }

    @Test func sessionAliveKeepsTheSessionAndIsCounted() {
        var parameters = Self.parameters
        parameters.sessionAliveInterval = .seconds(20)
        var medium = Medium.connected(parameters: parameters)
        medium.run(for: .seconds(600))
        #expect(29...31 ~= medium.client.output.sent.sessionAlives.packets)
        #expect(medium.client.output.sent.sessionAlives == medium.server.output.received.sessionAlives)
        // The link is never silent for Ti.
        #expect(medium.client.output.sent.polls.packets == 0)
        medium.client.power = .off
        medium.run(for: .seconds(26))
        #expect(medium.server.ends == [.timedOut])
    }
}
