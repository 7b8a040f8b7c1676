import Addresses
import Ghosts
import Testing
import Time

/// By hand from the rules of net/ipv4/tcp_timer.c and from ip-sysctl.rst, which names 924.6 s for tcp_retries2 15.
@Suite struct HeldAtMostTests {
    private func socket(_ timer: TCPSocket.Timer = .none, expires: UInt32 = 0, _ change: (inout TCPInfo) -> Void = { _ in }) -> TCPSocket {
        var info = TCPInfo()
        info.state = TCPSocket.established
        info.rto = 204_000
        info.roundTrip = 4_000
        info.roundTripVariation = 1_000
        change(&info)
        let id = DiagID(family: DiagID.ipv4, localPort: 1, peerPort: 2, local: (0, 0), peer: (0, 0), interface: 0, cookie: 1)
        return TCPSocket(id: id, state: TCPSocket.established, timer: timer, timerExpires: expires, info: info)
    }

    private func options(_ keepalive: Bool, _ idle: Int32 = 10, _ interval: Int32 = 2, _ count: Int32 = 3, user: UInt32 = 0)
        -> LivenessOptions
    {
        LivenessOptions(keepalive: keepalive, idle: idle, interval: interval, count: count, userTimeout: user)
    }

    /// Within what the kernel's timers are late by, of which the rules say nothing.
    private func isAbout(_ time: Duration?, _ milliseconds: Int) -> Bool {
        guard let time else { return false }
        return .milliseconds(milliseconds)...(.milliseconds(milliseconds) * 1.06) ~= time
    }

    private func held(_ socket: TCPSocket, _ options: LivenessOptions?, retries: Int = 15) -> Duration? {
        var kernel = KernelSettings()
        kernel.retries = retries
        return HeldAtMost(socket, options: options, kernel: kernel).time
    }

    @Test func idleWithoutKeepaliveIsForEver() {
        #expect(held(socket(), options(false)) == nil)
        // TCP_USER_TIMEOUT alone looks at nothing while nothing is sent.
        #expect(held(socket(), options(false, user: 5_000)) == nil)
        #expect(HeldAtMost(socket(), options: nil, kernel: KernelSettings()).isFromSocket)
    }

    @Test(arguments: [
        // Silent for 4 of 10 s: a probe in 6 s, and three intervals of 2 s.
        (4_000, 6_000, 0, 0, 12_000),
        // As shipped, of 7200/75/9 s, would be: 7200 + 9 * 75.
        (0, 10_000, 0, 0, 16_000),
        // Two probes unanswered, the next timer in 1 s sends the third; the one after ends it.
        (13_000, 1_000, 2, 0, 3_000),
        // The user timeout of 11 s: the probe at 10 s, then the timer at 12 s is the first that finds 11 s gone.
        (0, 10_000, 0, 11_000, 12_000),
        // Shorter than the idle time: one probe must be unanswered.
        (0, 10_000, 0, 1_000, 12_000),
        // Longer than the count allows: the count does not matter.
        (0, 10_000, 0, 25_000, 26_000),
    ])
    func idleWithKeepalive(silent: UInt32, expires: UInt32, probes: UInt8, user: UInt32, expected: Int) {
        let socket = socket(.keepalive, expires: expires) {
            ($0.lastAckReceived, $0.lastDataReceived, $0.probes) = (silent, silent + 500, probes)
        }
        #expect(isAbout(held(socket, options(true, user: user)), expected))
    }

    @Test func withoutRightsTheSystemsDefaultsCount() {
        let socket = socket(.keepalive, expires: 7_200_000)
        #expect(isAbout(held(socket, nil), (7200 + 9 * 75) * 1000))
        #expect(!HeldAtMost(socket, options: nil, kernel: KernelSettings()).isFromSocket)
    }

    @Test(arguments: [
        // First retransmission after 204 ms and perhaps a loss probe's 204 ms; then 408 ms doubled until 104,448 ms: nine steps
        // come to 208,488 ms, and six of 120 s make it more than 924,600 ms.
        (15, 0, 204 + 204 + 208_488 + 6 * 120_000),
        // 12.6 s, from 408 ms doubled: five steps come to 12,648 ms.
        (5, 0, 204 + 204 + 12_648),
        // The user timeout counts from the first retransmission.
        (15, 3_000, 204 + 204 + 3_000),
    ])
    func inFlight(retries: Int, user: UInt32, expected: Int) {
        let socket = socket(.retransmission, expires: 204) { $0.unacknowledged = 1 }
        #expect(isAbout(held(socket, options(true, user: user), retries: retries), expected))
    }

    /// From the moment after three retransmissions there is as much left as the whole less what has passed.
    @Test func inFlightAlready() {
        let socket = socket(.retransmission, expires: 1_632) {
            ($0.unacknowledged, $0.retransmits, $0.backoff, $0.rto) = (1, 3, 3, 1_632_000)
        }
        #expect(isAbout(held(socket, options(false), retries: 5), 12_648 - 408 - 816))
    }

    /// With a time-out of 200 ms the five repetitions take 12.4 s by the rules, less than the 12.6 s that they must: only since
    /// timers are late does the last of them come late enough. It was measured as 13.4 s.
    @Test func timersThatAreLateDecide() {
        let socket = socket(.retransmission, expires: 172) { ($0.unacknowledged, $0.rto) = (1, 200_000) }
        #expect(isAbout(held(socket, options(false), retries: 5), 172 + 200 + 12_400))
    }

    @Test(arguments: [
        // Five probes, the first in 204 ms, each twice as far from the next.
        (5, 0, 0, 204, 0, 204 + 408 + 816 + 1_632 + 3_264 + 6_528),
        // Two of them unanswered.
        (5, 2, 2, 816, 0, 816 + 1_632 + 3_264 + 6_528),
        // Answered all: they begin to count anew, and stay as far apart.
        (3, 0, 2, 816, 0, 816 + 1_632 * 3),
        // The user timeout, from the first probe on.
        (15, 0, 0, 204, 4_000, 4_204),
        (15, 2, 2, 816, 4_000, 4_000 - 408),
    ])
    func windowClosed(retries: Int, probes: UInt8, backoff: UInt8, expires: UInt32, user: UInt32, expected: Int) {
        let socket = socket(.windowProbe, expires: expires) { ($0.unsentBytes, $0.probes, $0.backoff) = (9, probes, backoff) }
        #expect(HeldAtMost.situation(socket) == .windowClosed)
        #expect(isAbout(held(socket, options(true, user: user), retries: retries), expected))
    }
}
