import Random
import Testing
import Time

@testable import NBF

/// Random schedules of a medium that loses, doubles and reorders frames.
@Suite struct ScheduleTests {
    private static let schedules: UInt64 = 10_000

    /// Small frames, so that few bytes make many, and timeout enough that no schedule ends for want of it.
    private static var patient: NBFParameters {
        var parameters = NBFParameters.windowsNT4
        parameters.largestData = 64
        parameters.llcRetries = 60
        parameters.nameQueryRetries = 60
        parameters.sessionTimeout = .seconds(120)
        return parameters
    }

    /// In shares, which run side by side.
    @Test(arguments: 0..<4 as Range<UInt64>) func everyByteArrivesInOrder(share: UInt64) {
        for seed in stride(from: share, to: Self.schedules, by: 4) {
            var run = Run(seed: seed, parameters: Self.patient)
            run.play()
            if let fault = run.fault(mustComplete: true) {
                Issue.record("seed \(seed): \(fault)")
                return
            }
        }
    }

    /// With the period's retries a link may go down in such weather, but what arrived is always a beginning of what was sent.
    @Test func anImpatientLinkMayEndButNotLie() {
        var complete = 0
        for seed in 0..<1000 as Range<UInt64> {
            var run = Run(seed: seed, parameters: .windowsNT4)
            run.play()
            if let fault = run.fault(mustComplete: false) { Issue.record("seed \(seed): \(fault)") }
            if run.fault(mustComplete: true) == nil { complete += 1 }
        }
        #expect(complete > 700)
    }

    /// Both ends send, at random moments and in random pieces; the client ends the session when it has had everything.
    private struct Run {
        var medium: Medium
        var random: SeededGenerator
        var sent: [[UInt8]] = [[], []]
        let goals: [Int]

        init(seed: UInt64, parameters: NBFParameters) {
            medium = Medium(seed: seed, weather: .foul, parameters: parameters)
            random = SeededGenerator(seed: ~seed)
            goals = [Int.random(in: 0...600, using: &random), Int.random(in: 0...1200, using: &random)]
        }

        mutating func play() {
            medium.call(correlator: UInt16.random(in: 0...UInt16.max, using: &random))
            var isClosed = false
            var rounds = 0
            while rounds < 3000, !(isClosed && medium.client.machine == nil && medium.server.machine == nil) {
                rounds += 1
                medium.run(for: .milliseconds(Int64.random(in: 0...60, using: &random) * (rounds < 60 ? 1 : 20)))
                for station in 0...1 where medium.stations[station].isOpen { say(station) }
                if Int.random(in: 0..<8, using: &random) == 0 { togglePause() }
                guard !isClosed, sent[0].count == goals[0], sent[1].count == goals[1], medium.client.received.count == goals[1]
                else { continue }
                isClosed = true
                medium.close(0, orderly: true)
            }
            // A program that reads on has everything in the end.
            for station in 0...1 { medium.resume(station) }
        }

        private mutating func say(_ station: Int) {
            let size = min(goals[station] - sent[station].count, Int.random(in: 0...400, using: &random))
            guard size > 0 else { return }
            let bytes = (0..<size).map { _ in UInt8.random(in: 0...255, using: &random) }
            switch medium.say(bytes, from: station, limit: 800) {
            case .sent, .queued: sent[station] += bytes
            case .refused, .closed: break
            }
        }

        private mutating func togglePause() {
            let station = Int.random(in: 0...1, using: &random)
            guard let isPaused = medium.stations[station].machine?.isPaused else { return }
            if isPaused { medium.resume(station) } else { medium.stations[station].machine?.pause() }
        }

        func fault(mustComplete: Bool) -> String? {
            let (client, server) = (medium.client, medium.server)
            guard sent[1].starts(with: client.received), sent[0].starts(with: server.received) else { return "corrupt" }
            if client.ends.count > 1 || server.ends.count > 1 { return "told twice: \(client.ends), \(server.ends)" }
            guard mustComplete else { return nil }
            if client.ends != [.local] || server.ends != [.peerClosed] { return "ends \(client.ends), \(server.ends)" }
            if client.received.count != goals[1] || server.received.count != goals[0] { return "incomplete" }
            return client.machine == nil && server.machine == nil ? nil : "a machine stays"
        }
    }
}
