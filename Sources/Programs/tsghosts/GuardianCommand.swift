import ArgumentParser
import Ghosts
import Glibc

/// What ``Guardian`` starts: it waits for the other process's end and puts back what that one could not.
struct GuardianCommand: ParsableCommand {
    /// Where it finds the socket to its parent.
    static let descriptor: Int32 = 3

    static let configuration = CommandConfiguration(
        commandName: "guardian", abstract: "Started by the others; not for use by hand.", shouldDisplay: false)

    func run() throws {
        for number in [SIGINT, SIGTERM, SIGHUP, SIGPIPE] { signal(number, SIG_IGN) }
        var kept: [UInt64: GuardRecord] = [:]
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: GuardianMessage.longest, alignment: 16)
        while true {
            let count = recv(Self.descriptor, buffer.baseAddress, buffer.count, 0)
            if count < 0, errno == EINTR { continue }
            if count < 0, errno == ENOTSOCK || errno == EBADF { throw ValidationError("tsghosts starts this by itself") }
            // Gone, in whatever way.
            guard count > 0 else { break }
            let message = UnsafeRawBufferPointer(rebasing: buffer[..<count])
            if message[0] == GuardianMessage.hold {
                for record in GuardianMessage.elements(GuardRecord.self, message) { kept[record.cookie] = record }
                var answer: UInt8 = 1
                _ = send(Self.descriptor, &answer, 1, Int32(MSG_NOSIGNAL))
            } else {
                for cookie in GuardianMessage.elements(UInt64.self, message) { kept[cookie] = nil }
            }
        }
        guard !kept.isEmpty else { return }
        var processes = ProcessCache()
        let outcome = GuardRecord.restore(kept.values.map { ($0, .asking) }, &processes)
        Output.error(
            "ended while \(kept.count) peers were being asked; their sockets' options are put back"
                + (outcome.refused == 0 ? "" : ", but of \(outcome.refused) that the kernel refused"))
    }
}
