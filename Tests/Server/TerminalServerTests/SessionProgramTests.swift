import Sessions
import Testing

@testable import TerminalServer

@Suite struct SessionProgramTests {
    /// Keys come in batches, as the client's reads and the network cut them: what they do must not depend on where.
    @Test(arguments: ["flood\r", "flood\rx", "x\rflood\r", "floo\u{8}od\r", "flo\rod\r", "Flood\r", "\r"])
    func batchesDoWhatTheirKeysDo(typed: String) {
        var one = ApplicationState()
        var all = ApplicationState()
        var last = SessionProgram.Effect.typed
        for key in typed { last = SessionProgram.type([key], in: &one) }
        #expect(SessionProgram.type(Array(typed), in: &all) == last)
        #expect(one == all)
    }

    @Test func aFloodBeginsWithItsLineAndEndsWithAnyKey() {
        var state = ApplicationState()
        #expect(SessionProgram.type(Array("x\rflood\r"), in: &state) == .startFlood)
        #expect(SessionProgram.type(["x"], in: &state) == .typed)
        #expect(SessionProgram.type(Array("\rflood\rx"), in: &state) == .typed)
    }
}
