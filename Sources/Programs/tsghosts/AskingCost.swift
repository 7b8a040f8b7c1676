import Ghosts

/// What asking has cost on the wire: each question and each answer is a segment without data.
struct AskingCost: Equatable {
    var questions = 0
    var packets = 0
    var bytes = 0

    /// - Parameters:
    ///   - questions: sent to one peer.
    ///   - answers: that came from it.
    mutating func add(questions: Int, answers: Int, to socket: TCPSocket) {
        // IP header, TCP header, timestamps with their padding (RFC 791, 8200, 9293, 7323).
        let isIPv4 = if case .ipv4 = socket.peer { true } else { false }
        let size = (isIPv4 ? 20 : 40) + 20 + (socket.info?.hasTimestamps == true ? 12 : 0)
        self.questions += questions
        packets += questions + answers
        bytes += (questions + answers) * size
    }
}
