import Testing
import Time

@Suite struct DurationTextTests {
    @Test(arguments: [
        ("250ms", Duration.milliseconds(250)), ("30s", .seconds(30)), ("1.5m", .seconds(90)), ("2h", .seconds(7200)),
        ("0s", .zero),
    ])
    func parses(text: String, duration: Duration) {
        #expect(DurationText.parse(text) == duration)
    }

    @Test(arguments: [
        "", "5", "s", "-1s", "1e30h", "nans", "infs", "+1s", " 1s", "0x1p3s", "1e3s", "1_000s", "1.2.3s", ".s", "٣s", "5 parsecs",
    ])
    func refuses(text: String) {
        #expect(DurationText.parse(text) == nil)
    }

    @Test(arguments: [Duration.zero, .milliseconds(1500), .seconds(90), .seconds(7200), .nanoseconds(7)])
    func whatItFormatsParsesBack(duration: Duration) {
        #expect(DurationText.parse(DurationText.format(duration)) == duration)
    }
}
