import EventLoop
import Line
import Time

/// Follows a line by its control socket, so that a server knows whether sending anything now would place a call.
///
///     let watch = LineWatch("/run/line.sock", on: loop) { state in
///         if state == .up { probeWhoeverIsDue() }
///     }
///
/// A line that is not there is asked for again every ``retry``, for as long as the watch is kept.
public final class LineWatch {
    public static let retry = Duration.milliseconds(500)

    /// How the line is; nil while it cannot be heard.
    public private(set) var state: LineState?
    /// Whether packets go over it now without placing a call.
    public var isUp: Bool { state == .up }

    private let path: String
    private let loop: EventLoop
    private let onChange: (LineState?) -> Void
    private var channel: LineChannel?
    private var timer: Timer?
    private var waiting: [(LineSummary?) -> Void] = []

    /// - Parameter onChange: hears the first state and every change, nil where the line is not heard any more; not from
    ///   within this.
    public init(_ path: String, on loop: EventLoop, _ onChange: @escaping (LineState?) -> Void) {
        self.path = path
        self.loop = loop
        self.onChange = onChange
        connect()
    }

    deinit {
        channel?.onEnd = {}
        channel?.onOpen = {}
        channel?.close()
    }

    /// Has the line cut or healed. Nothing happens while it is not heard.
    public func cut() { say(.cut) }
    public func heal() { say(.heal) }

    /// Asks what the line did up to now; the answer is nil where the line is not, or no more, there to say.
    public func summary(_ answer: @escaping (LineSummary?) -> Void) {
        guard state != nil else { return answer(nil) }
        waiting.append(answer)
        say(.summary)
    }

    private func say(_ command: LineCommand.Name) {
        if state != nil { channel?.say(JSONLine.encode(LineCommand(command))) }
    }

    private func connect() {
        timer = nil
        let channel = LineChannel()
        channel.onLine = { [unowned self] in hear($0) }
        channel.onEnd = { [unowned self] in lose() }
        do throws(EventLoopError) {
            guard let address = SocketAddress(parsing: "unix:\(path)") else { throw EventLoopError("reach \(path)", errno: 0) }
            let stream = try Stream.connect(to: address, backlogLimit: LineChannel.backlogLimit, on: loop, handler: channel)
            channel.use(stream)
            self.channel = channel
        } catch {
            tryAgain()
        }
    }

    private func hear(_ line: [UInt8]) {
        guard let notice = JSONLine.decode(LineNotice.self, line) else { return }
        if let summary = notice.summary, !waiting.isEmpty { waiting.removeFirst()(summary) }
        if let state = notice.state, state != self.state {
            self.state = state
            onChange(state)
        }
    }

    private func lose() {
        channel = nil
        let (unanswered, wasHeard) = (waiting, state != nil)
        (waiting, state) = ([], nil)
        tryAgain()
        for answer in unanswered { answer(nil) }
        if wasHeard { onChange(nil) }
    }

    private func tryAgain() {
        timer = loop.after(Self.retry) { [unowned self] in connect() }
    }
}
