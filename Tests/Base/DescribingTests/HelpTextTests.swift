import Describing
import Testing

@Suite struct HelpTextTests {
    @Test func theSecondColumnIsWrapped() {
        let long = "word " + String(repeating: "longer ", count: 15)
        let text = HelpText.list([("a", long), ("bcd", "short")])
        let lines = text.split(separator: "\n")
        #expect(
            lines.count == 3 && lines[0].hasPrefix("  a    word longer") && lines[1].hasPrefix("       longer")
                && lines[2] == "  bcd  short")
        #expect(lines.allSatisfy { $0.count <= HelpText.width })
    }

    @Test func whatIsTooLongForALineStandsAlone() {
        let word = String(repeating: "x", count: 100)
        #expect(HelpText.wrap("a \(word) b", indent: 2) == "a\n  \(word)\n  b")
    }

    @Test func markdownEscapesItsBars() { #expect(HelpText.markdown(["a"], [["b|c"]]) == "| a |\n| --- |\n| b\\|c |") }

    @Test func aMarkedPartIsReplaced() {
        var document = MarkedText("x\n<!-- described: one -->\nold\n<!-- end -->\ny\n<!-- described: two -->\n\n<!-- end -->\n")
        #expect(document.part("one") == "old" && document.part("three") == nil)
        #expect(document.replace("two", with: "new") && !document.replace("three", with: "new"))
        #expect(document.text == "x\n<!-- described: one -->\nold\n<!-- end -->\ny\n<!-- described: two -->\nnew\n<!-- end -->\n")
    }
}
