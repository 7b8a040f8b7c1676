import EventLoop
import Foundation
import Logging
import Sessions

/// Publishes each change of a session's state the moment it happens: a line of JSON to everybody who follows
/// `GET /events`, and a line in the server's own log.
final class BeliefLog {
    private var followers: [EventFollower] = []
    private let encoder = JSONEncoder()
    private let logger: Logger

    init(logger: Logger) {
        self.logger = logger
        encoder.outputFormatting = .withoutEscapingSlashes
    }

    func follow(_ stream: HTTPStream) {
        followers.removeAll { !$0.isOpen }
        followers.append(EventFollower(stream))
    }

    func publish(_ events: [SessionEvent]) {
        for event in events {
            logger.info("session \(event.session.rawValue) \(event.from.rawValue) -> \(event.to.rawValue): \(event.reason.rawValue)")
        }
        guard !followers.isEmpty else { return }
        var lines: [UInt8] = []
        var count = 0
        for event in events {
            guard let line = try? encoder.encode(event) else { continue }
            lines.append(contentsOf: line)
            lines.append(UInt8(ascii: "\n"))
            count += 1
        }
        followers.removeAll { !$0.isOpen }
        for follower in followers { follower.tell(lines, count: count) }
    }

    func end() {
        for follower in followers { follower.end() }
        followers = []
    }
}
