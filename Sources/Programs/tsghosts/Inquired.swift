import Ghosts
import SocketDiag
import Time

/// A connection that is being asked.
struct Inquired {
    let index: Int
    /// As it was when it was chosen.
    let socket: TCPSocket
    /// nil where it is asked past its own kernel only.
    var record: GuardRecord?
    var held: BorrowedSocket?
    /// What the kernel said when it was about to be asked.
    var before: TCPInfo
    private(set) var askedAt = MonotonicTime.zero
    var inquiry: Inquiry?
    var nextLook = MonotonicTime.zero
    /// Questions sent past the connection, by what their resets would name.
    var nonces: [UInt32] = []
    var nextQuestion = MonotonicTime.zero
    var wasReset = false

    /// The first look: a machine in the same building has answered by then.
    private static let firstLook = Duration.milliseconds(3)

    init(index: Int, socket: TCPSocket) {
        self.index = index
        self.socket = socket
        before = socket.info ?? TCPInfo()
    }

    var questionsPast: Int { nonces.count }

    mutating func begin(at now: MonotonicTime, questions: Int) {
        askedAt = now
        inquiry = Inquiry(askedAt: now, questions: questions, before: before)
        nextLook = now + Self.firstLook
    }
}
