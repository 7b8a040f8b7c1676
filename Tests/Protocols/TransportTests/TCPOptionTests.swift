import EventLoop
import Glibc
import Liveness
import LoopTestSupport
import Testing
import Time

@testable import Transport

/// What a policy asks of the kernel, by what the kernel says it does (getsockopt(2)).
@Suite struct TCPOptionTests {
    private static func accepted(_ liveness: LivenessPolicy) throws -> [Int32] {
        let loop = try EventLoop()
        let program = Recorder()
        var stream: Stream?
        let listener = try Transport.listen(
            Endpoint(parsing: "tcp://127.0.0.1:0"), liveness: liveness, backlogLimit: 1024, on: loop,
            trouble: { Issue.record("\($0)") },
            accept: {
                stream = $0 as? Stream
                return program
            })
        let client = Recorder()
        let connection = try Transport.connect(listener.endpoint, backlogLimit: 1024, on: loop, handler: client)
        try #require(loop.run { stream != nil && client.hasOpened })
        defer { connection.close(.abort) }
        let descriptor = try #require(stream?.fileDescriptor)
        return [
            (SOL_SOCKET, SO_KEEPALIVE), (Int32(IPPROTO_TCP), TCP_KEEPIDLE), (Int32(IPPROTO_TCP), TCP_KEEPINTVL),
            (Int32(IPPROTO_TCP), TCP_KEEPCNT), (Int32(IPPROTO_TCP), TCP_USER_TIMEOUT),
        ].map { level, name in
            var (value, size) = (Int32(-1), socklen_t(MemoryLayout<Int32>.size))
            getsockopt(descriptor, level, name, &value, &size)
            return value
        }
    }

    @Test func keepaliveIsInSeconds() throws {
        let keepalive = TCPKeepalive(time: .seconds(61), interval: .seconds(7), count: 3)
        #expect(try Self.accepted(LivenessPolicy(keepalive)).prefix(4) == [1, 61, 7, 3])
    }

    @Test func theUserTimeoutIsInMilliseconds() throws {
        let options = try Self.accepted(LivenessPolicy(parsing: "tcp-user-timeout:timeout=8250ms"))
        #expect(options[4] == 8_250)
        #expect(options[0] == 0)
    }

    @Test func asShippedNothingIsAsked() throws {
        let options = try Self.accepted(LivenessPolicy(parsing: "none"))
        #expect(options[0] == 0 && options[4] == 0)
    }
}
