import Foundation
import ProgramTestSupport
import Testing

@Suite struct VersionTests {
    /// The version is the newest that CHANGELOG.md has a section for.
    @Test(arguments: ["tsserver", "tsclient", "tsload", "tslab", "tsghosts"])
    func everyProgramSaysTheSameVersion(program: String) throws {
        let outcome = try Programs.run(program, ["--version"])
        #expect(outcome.code == 0 && outcome.errors.isEmpty)
        #expect(outcome.output == (try Changelog.newestVersion()) + "\n")
    }
}

private enum Changelog {
    static func newestVersion() throws -> String {
        let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("../../..")
        let text = try String(contentsOf: root.appendingPathComponent("CHANGELOG.md"), encoding: .utf8)
        let heading = try #require(text.firstMatch(of: /(?m)^## \[([0-9.]+)\]/))
        return String(heading.1)
    }
}
