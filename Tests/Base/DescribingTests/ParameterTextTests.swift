import Describing
import Testing
import Time

@Suite struct ParameterTextTests {
    private struct Kettle: Sendable {
        var time = Duration.seconds(5)
        var rest = Duration.seconds(2)
        var cups = 3
        var part = 0.5
        var label = ""

        static let parameters: [Parameter<Kettle>] = [
            .wholeSeconds("time", "until it boils", \.time, in: .seconds(1)...(.seconds(60))),
            .duration("rest", "afterwards, at most the time", \.rest, in: { .zero...$0.time }),
            .number("cups", "how many", \.cups, in: 1...9), .part("part", "how full", \.part),
            .text("label", "what is on it", \.label, hint: "TEXT"),
        ]
    }

    private func kettle(_ text: String) throws -> Kettle {
        var kettle = Kettle()
        try ParameterText.read(text[...], of: "kettle", Kettle.parameters, into: &kettle)
        return kettle
    }

    @Test func whatIsWrittenIsReadAsTheSame() throws {
        let text = "time=9s,rest=1500ms,cups=2,part=0.25,label=a=b"
        #expect(ParameterText.write("kettle", Kettle.parameters, of: try kettle(text)) == "kettle:" + text)
        #expect(ParameterText.write("kettle", Kettle.parameters, of: Kettle()) == "kettle:time=5s,rest=2s,cups=3,part=0.5")
        #expect(try kettle("part=75%").part == 0.75)
    }

    /// The limit follows from a parameter that is described before it, wherever that stands in the text.
    @Test func aLimitMayFollowFromAnother() throws {
        #expect(try kettle("rest=9s,time=10s").rest == .seconds(9))
        #expect(throws: DescriptionError("kettle: rest must be a duration from 0s to 5s, like 30s, not '9s'")) { try kettle("rest=9s") }
    }

    @Test(arguments: [
        ("time=1500ms", "kettle: time must be a duration from 1s to 1m in whole seconds, like 30s, not '1500ms'"),
        ("cups=10", "kettle: cups must be a number from 1 to 9, not '10'"),
        ("part=150%", "kettle: part must be a part like 50% or 0.5, not '150%'"),
        ("cups", "kettle: write each parameter once, as name=value, not 'cups'"),
        ("cups=1,cups=2", "kettle: write each parameter once, as name=value, not 'cups=2'"),
        ("cup=1", "kettle has no parameter 'cup': use time, rest, cups, part or label"),
    ])
    func whatCannotBeDoneIsRefusedWithTheReason(text: String, reason: String) {
        #expect(throws: DescriptionError(reason)) { try kettle(text) }
    }

    @Test func anEntryHasStandardsAndLimits() {
        let entry = DescriptionEntry(name: "kettle", summary: "boils", Kettle.parameters, standard: Kettle())
        #expect(entry.usage == "kettle:time=5s,rest=2s,cups=3,part=0.5,label=TEXT")
        #expect(entry.parameters.map(\.values.limits) == ["1s to 1m, whole seconds", "0s to 5s", "1 to 9", "0% to 100%", nil])
    }
}
