import Contracts
import Faults
import Foundation
import ProgramTestSupport
import TemporaryTestSupport
import Testing

@testable import Lab

@Suite struct TableTests {
    private static let results = Results.fixture([
        .fixture("none", parameters: "none", p50: nil, longest: nil),
        .fixture(parameters: "heartbeat:interval=3s,misses=3"), .fixture(parameters: "heartbeat:interval=15s,misses=3"),
    ])

    @Test(arguments: [80, 100, 120]) func textFitsTheTerminal(width: Int) {
        let text = ResultsTable(Self.results).text(as: .text, columns: .fitting(width))
        let lines = text.split(separator: "\n")
        #expect(lines.allSatisfy { $0.count <= width })
        // What the article is about is there however narrow it is.
        for title in ["transport", "fault", "policy", "struck", "orphans", "T_D p50", "blocked"] {
            #expect(lines[0].contains(title), "\(title)")
        }
        #expect(lines.last?.contains("more columns: --columns all") == true)
    }

    @Test func aWiderTerminalShowsMoreAndAllOfThemEverything() {
        let table = ResultsTable(Self.results)
        let counts = [80, 110, 140].map { table.text(columns: .fitting($0)).split(separator: "\n")[0].split(separator: "  ").count }
        #expect(counts == counts.sorted() && counts[0] < counts[2])
        let all = table.text(columns: .fitting(nil)).split(separator: "\n")
        #expect(all.count == 4 && all[0].contains("parameters") && !all[0].contains("more columns"))
    }

    @Test func chosenColumnsComeInTheirOrder() {
        let text = ResultsTable(Self.results).text(as: .csv, columns: .keys(["policy", "fault", "detectionP50Seconds"]))
        #expect(
            text == "policy,fault,detectionP50Seconds\r\nnone,power-off,\r\nheartbeat interval=3s,power-off,3\r\n"
                + "heartbeat interval=15s,power-off,3")
    }

    @Test func csvQuotesWhatItMust() {
        let column = Column<String>("text", "text", rank: 0) { .text($0) }
        let table = Table([column], of: ["plain", "a,b", "say \"so\"", "two\nlines"])
        #expect(table.csv == "text\r\nplain\r\n\"a,b\"\r\n\"say \"\"so\"\"\"\r\n\"two\nlines\"")
    }

    @Test func markdownAndHTMLHaveTheUnitsInTheirHeads() {
        let (markdown, html) = (ResultsTable(Self.results).text(as: .markdown), ResultsTable(Self.results).text(as: .html))
        #expect(markdown.contains("| T_D p50 (s) |") && markdown.contains("| ---: |") && markdown.contains("| > 65 |"))
        #expect(html.contains("<th>T_D p50 (s)</th>") && html.contains("<td>&gt; 65</td>"))
        let pipe = Table([Column<Int>("a", "a|b", rank: 0) { _ in .text("c|<d>") }], of: [1])
        #expect(pipe.markdown.hasSuffix("| c\\|<d> |") && pipe.html.contains("<td>c|&lt;d&gt;</td>"))
    }

    @Test func jsonHasNumbersAndNulls() throws {
        let text = ResultsTable(Self.results).text(as: .json)
        let rows = try #require(try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [[String: Any]])
        #expect(rows.count == 3 && Set(rows[0].keys) == Set(ResultsTable.keys))
        #expect(rows[0]["detectionP50Seconds"] is NSNull)
        #expect(rows[1]["orphanSeconds"] as? Double == 35.25 && rows[1]["struck"] as? Int == 10)
    }

    /// In a run that was cut short the horizon says nothing about what was not seen.
    @Test func anInterruptedRunsTimesAreLongerThanWhatWasSeen() {
        var results = Self.results
        results.observedSeconds = 12.3456
        #expect(ResultsTable(results).text().contains("> 12.35 s"))
    }

    @Test func twoSettingsOfOnePolicyHaveTwoNames() {
        let cells = [
            CellResult.fixture("none", parameters: "none"),
            .fixture("tcp-keepalive", parameters: "tcp-keepalive:time=15s,interval=2s,count=5"),
            .fixture("tcp-keepalive", parameters: "tcp-keepalive:time=30s,interval=2s,count=5"),
            .fixture("none", parameters: "none", transport: "spx"),
        ]
        let names = CurveNames(cells)
        #expect(cells.map(names.name) == ["none", "tcp-keepalive time=15s", "tcp-keepalive time=30s", "spx"])
    }

    @Test(arguments: [
        ("tcp/none/power-off", "tcp-none-power-off"), ("a:b=1,c=2", "a-b-1-c-2"), ("../..//x", "..-..-x"), ("\u{1B}[31mé", "-31m-"),
    ])
    func namesOfFilesAreSafe(name: String, safe: String) { #expect(RunDirectory.safe(name) == safe) }

    @Test func fewCallsSayNothingAboutAMonth() {
        var cell = CellResult.fixture()
        cell.line.line = "isdn-64k:idle=4s"
        cell.line.currency = "DEM"
        (cell.line.livenessCalls, cell.line.livenessChargePer30Days) = (1, 5_184)
        cell.line.livenessChargePer30DaysRange = ChargeRange(low: 130, high: 28_884)
        let few = ResultsTable(.fixture([cell])).text()
        #expect(few.contains("too few calls") && !few.contains("5184"))
        cell.line.livenessCalls = 9
        #expect(ResultsTable(.fixture([cell])).text().contains("5184 (130-28884)"))
    }

    @Test func paragraphsBreakBetweenWordsAndKeepTheirIndent() {
        #expect(Paragraph.wrapped("one two three", width: 7) == "one two\nthree")
        #expect(Paragraph.wrapped("  - one two three", width: 9) == "  - one\n    two\n    three")
        #expect(Paragraph.wrapped("unbreakable word", width: 4) == "unbreakable\nword")
        #expect(Paragraph.wrapped("one two three", width: nil) == "one two three")
    }

    @Test func eventsThatCannotBeWrittenAreKnownOf() throws {
        let log = try EventLog(URL(fileURLWithPath: "/dev/full"))
        log.add(.truth, Array("{}".utf8), cell: EventLog.name("cell"), at: .zero)
        #expect(log.trouble == nil)
        log.flush()
        #expect(try #require(log.trouble).description.contains("No space left on device"))
    }

    @Test func whatAServerSaidLastIsQuotedWithoutWhatDrivesATerminal() throws {
        let path = try Temporary.directory().appendingPathComponent("log").path
        #expect(LastWords.lastLine(of: path) == nil)
        try Data("first\n\u{1B}[31mno key\u{7}\n  \n".utf8).write(to: URL(fileURLWithPath: path))
        #expect(LastWords.lastLine(of: path) == #"\u{1B}[31mno key\u{7}"#)
    }

    @Test func onlyARunsOwnOldFilesGo() throws {
        let manager = FileManager.default
        let directory = try Temporary.directory()
        defer { try? manager.removeItem(at: directory) }
        try manager.createDirectory(at: directory.appendingPathComponent("logs"), withIntermediateDirectories: true)
        let own = ["results.json", "line-2.log", "schedule-1.txt", "logs/cell-3-x-tsload.log", "logs/power-off.log", "logs/server.log"]
        let others = ["results-2025.json", "line-notes.log", "logs/access.log", "report.html.bak"]
        for name in own + others { try Data().write(to: directory.appendingPathComponent(name)) }
        _ = try RunDirectory(directory.path)
        let left = Set(try manager.subpathsOfDirectory(atPath: directory.path))
        #expect(left == Set(others + ["logs"]))
    }

    @Test func whereNothingCanBeWrittenIsSaidInALine() {
        #expect(throws: LabError.self) { try RunDirectory("/proc/x/y") }
        do { _ = try RunDirectory("/dev/null/x") } catch { #expect("\(error)" == "cannot write /dev/null/x: Not a directory") }
    }
}
