import EventLoop
import Line
import Time

/// The control socket of a line: tells everybody who connects how the line is, now and on each change, and takes commands.
public final class LineControlServer {
    private let loop: EventLoop
    private let perform: (LineCommand.Name) -> LineSummary?
    private var listener: Listener?
    private var channels: [ObjectIdentifier: LineChannel] = [:]
    private var now: LineNotice
    private var newcomers: [LineChannel] = []
    private var greeting: Timer?

    /// Listens at a UNIX socket, readable by its owner alone.
    ///
    /// - Parameters:
    ///   - state: how the line is until ``tell(_:at:)`` says otherwise.
    ///   - perform: does what is asked; gives the summary where that is what was asked for.
    public init(
        path: String, state: LineState, at time: MonotonicTime, on loop: EventLoop,
        perform: @escaping (LineCommand.Name) -> LineSummary?
    ) throws(EventLoopError) {
        self.loop = loop
        self.perform = perform
        now = LineNotice(state: state, t: time)
        guard let address = SocketAddress(parsing: "unix:\(path)") else {
            throw EventLoopError("listen on \(path): a UNIX socket's path is at most 107 bytes long", errno: 0)
        }
        listener = try Listener(on: loop, address: address, backlogLimit: LineChannel.backlogLimit) { [unowned self] stream in
            adopt(stream)
        }
    }

    deinit { close() }

    /// Tells all who listen.
    public func tell(_ state: LineState, at time: MonotonicTime) {
        now = LineNotice(state: state, t: time)
        let line = JSONLine.encode(now)
        for channel in channels.values { channel.say(line) }
    }

    public func close() {
        listener?.close()
        listener = nil
        for channel in channels.values { channel.close() }
        channels = [:]
        greeting = nil
    }

    private func adopt(_ stream: Stream) -> LineChannel {
        let channel = LineChannel()
        let identifier = ObjectIdentifier(channel)
        channel.use(stream)
        channel.onLine = { [unowned self, unowned channel] line in
            greet()
            channel.say(JSONLine.encode(answer(to: line)))
        }
        channel.onEnd = { [weak self] in self?.channels[identifier] = nil }
        channels[identifier] = channel
        // The stream may end at its first word, and must have its handler by then.
        newcomers.append(channel)
        greeting = loop.after(.zero) { [unowned self] in greet() }
        return channel
    }

    private func greet() {
        for channel in newcomers { channel.say(JSONLine.encode(now)) }
        newcomers = []
    }

    private func answer(to line: [UInt8]) -> LineNotice {
        guard let command = JSONLine.decode(LineCommand.self, line) else {
            let names = LineCommand.Name.allCases.map(\.rawValue).joined(separator: ", ")
            let said = String(decoding: line.prefix(80), as: UTF8.self)
            return LineNotice(error: "not a command: '\(said)'; say {\"command\":\"NAME\"} with \(names)")
        }
        let summary = perform(command.command)
        return summary.map { LineNotice(summary: $0) } ?? now
    }
}
