import EventLoop
import Sessions
import Slab
import Time

/// What clients owe the server within ``ServerConfiguration/handshakeDeadline``. Who does not keep it is sent away.
final class HandshakeDeadlines {
    private enum Debt {
        /// To get to a desktop, and for which time.
        case desktop(SlabHandle, UInt8)
        /// To send the rest of a PDU that it began. Noted only when a read ends within one, and once for a connection.
        case pdu(SlabHandle, UInt32)
    }

    private unowned let server: TerminalServer
    private let limit: Duration
    private var debts: DeadlineQueue<Debt>
    private var timer: Timer?

    init(of server: TerminalServer, _ limit: Duration) {
        self.server = server
        self.limit = limit
        debts = DeadlineQueue(delay: limit)
    }

    func expectDesktop(of token: SlabHandle, number: UInt8) { expect(.desktop(token, number)) }

    func expectRest(of pdu: UInt32, from token: SlabHandle) { expect(.pdu(token, pdu)) }

    private func expect(_ debt: Debt) {
        debts.add(debt, at: server.loop.now)
        if timer == nil { awaitNext() }
    }

    private func awaitNext() {
        guard let next = debts.next else {
            // Nobody has come for a while: what a storm of logons took goes back.
            debts = DeadlineQueue(delay: limit)
            timer = nil
            return ProcessMemory.giveBackFreePages()
        }
        timer = server.loop.at(next) { [unowned self] in
            while let debt = debts.popDue(at: server.loop.now) { judge(debt) }
            awaitNext()
        }
    }

    private func judge(_ debt: Debt) {
        switch debt {
        case .desktop(let token, let number):
            guard let connection = server.connections[token], let owed = connection.owedDesktop() else { return }
            // It had its desktop, and owes another.
            guard owed == number else { return debts.add(.desktop(token, owed), at: server.loop.now) }
            server.counters.handshakeDeadlines += 1
            close(connection, because: .handshakeDeadline, "no desktop within")
        case .pdu(let token, let number):
            guard let connection = server.connections[token], let unfinished = connection.unfinishedPDU() else { return }
            // It has sent the rest, and is in the midst of another.
            guard unfinished == number else { return debts.add(.pdu(token, unfinished), at: server.loop.now) }
            server.counters.pduDeadlines += 1
            close(connection, because: .pduDeadline, "half a PDU for")
        }
    }

    private func close(_ connection: ServerConnection, because reason: ChangeReason, _ what: String) {
        server.logger.warning(
            "\(connection.transport.remoteAddress): \(what) \(DurationText.format(limit)); connection closed")
        connection.abandon(because: reason)
    }
}
