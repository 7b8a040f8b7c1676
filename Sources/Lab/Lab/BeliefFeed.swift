import EventLoop
import Foundation
import Netlab
import Sessions
import Wire

/// A server's beliefs as it publishes them, from `GET /events` of its admin face. What is lost of them is taken down.
final class BeliefFeed {
    private(set) var beliefs: [SessionEvent] = []
    private let name: String
    private let nameInJSON: [UInt8]
    private unowned let experiment: Experiment
    private let heard: (SessionEvent) -> Void
    private let decoder = JSONDecoder()
    private var splitter = LineSplitter(limit: LineProcess.longestLine)
    private var connection: (any Connection)?
    private var isOver = false
    /// Lines that said nothing that could be understood, and the first of them.
    private var unread = 0
    private var firstUnread = ""
    /// Why the stream ended although nobody here ended it.
    private(set) var cut: String?

    /// Begins to listen.
    ///
    /// - Parameters:
    ///   - name: whose beliefs they are, for events and complaints.
    ///   - heard: hears of each belief.
    init(of name: String, at admin: SocketAddress, in experiment: Experiment, heard: @escaping (SessionEvent) -> Void = { _ in })
        throws(EventLoopError)
    {
        self.name = name
        self.experiment = experiment
        self.heard = heard
        nameInJSON = EventLog.name(name)
        connection = try HTTPClient.request(
            "GET", "/events", at: admin, on: experiment.loop, receive: { [weak self] in self?.receive($0) },
            done: { [weak self] in self?.finish($0) })
    }

    /// Hears nothing more, and takes down what was not understood.
    func close() {
        guard !isOver else { return }
        isOver = true
        connection?.close(.abort)
        if unread > 0 { experiment.lose("\(name): \(unread) beliefs of tsserver could not be read, the first: \(firstUnread)") }
    }

    private func receive(_ bytes: [UInt8]) {
        do throws(LineSplitter.TooLong) {
            try splitter.add(bytes) { hear($0) }
        } catch {
            experiment.lose("\(name): a belief of tsserver: \(error)")
        }
    }

    private func hear(_ line: [UInt8]) {
        guard let event = try? decoder.decode(SessionEvent.self, from: Data(line)) else {
            unread += 1
            if unread == 1 { firstUnread = PrintableText.escaped(String(decoding: line.prefix(80), as: UTF8.self)) }
            return
        }
        experiment.events.add(.belief, line, cell: nameInJSON, at: event.t)
        beliefs.append(event)
        heard(event)
    }

    private func finish(_ failure: HTTPClient.Failure?) {
        guard !isOver else { return }
        cut = failure.map { "\($0)" } ?? "the server ended its stream of events"
    }
}
