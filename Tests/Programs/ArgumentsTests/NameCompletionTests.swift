import Testing

@testable import Arguments

@Suite struct NameCompletionTests {
    private let faults = ["power-off", "reboot", "hang"]

    @Test(arguments: [
        ("", ["power-off", "reboot", "hang"]), ("h", ["hang"]), ("x", []),
        ("power-off,", ["power-off,power-off", "power-off,reboot", "power-off,hang"]),
        ("power-off,re", ["power-off,reboot"]),
    ])
    func theLastNameOfAListIsCompleted(typed: String, candidates: [String]) {
        #expect(NameCompletion.candidates(for: typed, faults, [","]) == candidates)
    }

    @Test func policiesArePartedBySemicolonsToo() {
        let typed = "heartbeat:interval=3s,misses=3;n"
        #expect(NameCompletion.candidates(for: typed, ["none"], [",", ";"]) == ["heartbeat:interval=3s,misses=3;none"])
        #expect(NameCompletion.candidates(for: "heartbeat:interval=3s,mis", ["none"], [",", ";"]).isEmpty)
    }
}
