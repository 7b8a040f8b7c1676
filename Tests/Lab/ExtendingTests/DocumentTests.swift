import Foundation
import Lab
import Testing

/// The documents say what the code does.
@Suite struct DocumentTests {
    private static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("../../..")

    private static func document(_ path: String) throws -> String {
        try String(contentsOf: root.appendingPathComponent(path).standardized, encoding: .utf8)
    }

    /// Where this fails, something described was added or changed: look at what is claimed of it now, then run
    /// `tslab describe --write README.md docs/expectations.md`.
    @Test(arguments: ["README.md", "docs/expectations.md"]) func tablesAreThoseOfTheDescriptions(path: String) throws {
        let text = try Self.document(path)
        #expect(text.contains("<!-- described: "))
        #expect(Descriptions.refresh(text).changed == [])
    }

    /// Each block of code in docs/extending.md is a file of this target, but for its imports.
    @Test func examplesAreTheFilesThatAreCompiled() throws {
        let parts = try Self.document("docs/extending.md").components(separatedBy: "```swift\n").dropFirst()
        let blocks = parts.compactMap { $0.components(separatedBy: "\n```").first }
        let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        let files = try FileManager.default.contentsOfDirectory(at: folder, includingPropertiesForKeys: nil)
            .filter { !$0.lastPathComponent.hasSuffix("Tests.swift") }
        #expect(!files.isEmpty && blocks.count == files.count)
        for file in files {
            let code = try String(contentsOf: file, encoding: .utf8).split(separator: "\n", omittingEmptySubsequences: false)
                .drop { $0.isEmpty || $0.hasPrefix("import ") || $0.hasPrefix("@testable import ") }
                .joined(separator: "\n").trimmingCharacters(in: .newlines)
            #expect(blocks.contains(code), "\(file.lastPathComponent) is not in docs/extending.md as it is")
        }
    }

    @Test func theSchemaIsJSON() throws {
        let schema = try JSONSerialization.jsonObject(with: Descriptions.jsonSchema()) as? [String: Any]
        let definitions = try #require(schema?["$defs"] as? [String: Any])
        let parameters = try #require((definitions["policyParameters"] as? [String: Any])?["properties"] as? [String: Any])
        let heartbeat = try #require((parameters["heartbeat"] as? [String: Any])?["properties"] as? [String: [String: Any]])
        #expect(heartbeat["misses"]?["maximum"] as? Int == 1000 && heartbeat["misses"]?["default"] as? Int == 3)
    }
}
