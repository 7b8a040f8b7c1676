import EventLoop
import Glibc
import Line
import LineControl
import TemporaryTestSupport
import Testing
import Time

@Suite struct LineControlTests {
    private let loop: EventLoop
    private let path = Temporary.path(".sock")

    init() throws { loop = try EventLoop() }

    /// Runs until the condition holds; false where it never does.
    private func run(until condition: @escaping () -> Bool) -> Bool {
        let poll = loop.every(.milliseconds(5)) { if condition() { loop.stop() } }
        let guardian = loop.after(.seconds(10)) { loop.stop() }
        loop.run()
        poll.cancel()
        guardian.cancel()
        return condition()
    }

    @Test func whoeverWatchesIsToldOfEachChange() throws {
        var heard: [LineState?] = []
        // Nobody is there yet.
        let watch = LineWatch(path, on: loop) { heard.append($0) }
        #expect(watch.state == nil)
        var server: LineControlServer? = try LineControlServer(path: path, state: .down, at: loop.now, on: loop) { _ in nil }
        #expect(run { heard == [.down] })
        for state in [LineState.dialling, .up, .down] { server?.tell(state, at: loop.now) }
        #expect(run { heard == [.down, .dialling, .up, .down] })
        server = nil
        #expect(run { heard.count == 5 } && heard.last == .some(nil) && watch.state == nil)
        server = try LineControlServer(path: path, state: .up, at: loop.now, on: loop) { _ in nil }
        #expect(run { watch.isUp })
        withExtendedLifetime(server) {}
    }

    @Test func commandsAreDoneAndAnswered() throws {
        var line = LineMachine(try LinePlan(parsing: "direct"), seed: 1, at: loop.now)
        var asked: [LineCommand.Name] = []
        let server = try LineControlServer(path: path, state: .up, at: loop.now, on: loop) { command in
            asked.append(command)
            switch command {
            case .cut: line.cut(at: loop.now)
            case .heal: line.heal(at: loop.now)
            case .summary: return LineLedger(tariff: nil, from: loop.now).summary(of: line, at: loop.now)
            }
            return nil
        }
        let watch = LineWatch(path, on: loop) { _ in }
        var answers: [LineSummary?] = []
        watch.summary { answers.append($0) }
        #expect(answers == [nil])
        #expect(run { watch.isUp })
        watch.cut()
        watch.heal()
        watch.summary { answers.append($0) }
        #expect(run { answers.count == 2 } && answers[1]?.line == "direct")
        #expect(asked == [.cut, .heal, .summary])
        server.close()
        watch.summary { answers.append($0) }
        #expect(run { answers.count == 3 } && answers[2] == nil)
    }

    /// Bytes that are no command get an error and leave the others in peace; a line without an end ends the connection.
    @Test func whatIsNoCommandIsRefused() throws {
        let server = try LineControlServer(path: path, state: .up, at: loop.now, on: loop) { _ in nil }
        let reader = Reader()
        let stream = try Stream.connect(to: .unix(path: path), backlogLimit: 1 << 20, on: loop, handler: reader)
        #expect(run { reader.lines.count == 1 })
        stream.send(Array("{\"command\":\"pull\"}\nnonsense\n".utf8).span.bytes)
        #expect(run { reader.lines.count == 3 })
        #expect(reader.lines[0].hasPrefix("{\"state\":\"up\",\"t\":") && reader.lines[2].contains("cut, heal, summary"))
        stream.send([UInt8](repeating: 65, count: 200_000).span.bytes)
        #expect(run { reader.hasEnded })
        let watch = LineWatch(path, on: loop) { _ in }
        #expect(run { watch.isUp })
        withExtendedLifetime(server) {}
    }

    private final class Reader: ConnectionHandler {
        var text = ""
        var hasEnded = false
        var lines: [Substring] { text.split(separator: "\n") }

        func connectionDidOpen(_ connection: any Connection) {}
        func connection(_ connection: any Connection, didReceive bytes: RawSpan) {
            text += bytes.withUnsafeBytes { String(decoding: $0, as: UTF8.self) }
        }
        func connectionDidDrain(_ connection: any Connection) {}
        func connection(_ connection: any Connection, didCloseWith reason: CloseReason) { hasEnded = true }
    }
}
