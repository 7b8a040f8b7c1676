import Describing
import Faults
import Foundation
import Line
import Liveness
import LoadGenerator
import Transport

/// What documents and other programs take from the descriptions of faults, policies, transports and protocols.
public enum Descriptions {
    /// The parts that documents are made of, by the name in their marks.
    public static var sections: [(name: String, markdown: String)] {
        [
            ("faults", table(["fault", "what happens"], Fault.entries)), ("fault plan", table(FaultPlan.entry)),
            ("policies", HelpText.markdown(["policy", "what happens", "what it cannot see"], LivenessPolicy.entries.map(row))),
            ("policy parameters", HelpText.markdown(["policy", "parameter", "", "standard", "limits"], parameters)),
            ("transports", table(["transport", "what it is"], TransportKind.entries)),
            ("protocols", table(["protocol", "what it is"], LoadProtocol.entries)), ("expectations", ExpectationTable.markdown),
        ]
    }

    private static func table(_ heads: [String], _ entries: [DescriptionEntry]) -> String {
        HelpText.markdown(heads, entries.map { ["`\($0.name)`", $0.summary] })
    }

    private static func table(_ entry: DescriptionEntry) -> String {
        HelpText.markdown(
            ["parameter", "", "standard"], entry.parameters.map { ["`\($0.name)`", $0.help, $0.standard ?? ""] })
    }

    private static func row(_ entry: DescriptionEntry) -> [String] { ["`\(entry.usage)`", entry.summary, entry.blindTo ?? ""] }

    private static var parameters: [[String]] {
        LivenessPolicy.entries.flatMap { entry in
            entry.parameters.map { parameter in
                ["`\(entry.name)`", "`\(parameter.name)`", parameter.help, parameter.standard ?? "", parameter.values.limits ?? ""]
            }
        }
    }

    /// Makes every marked part of a document anew.
    ///
    /// - Returns: the document, and the names of the parts that were another.
    public static func refresh(_ text: String) -> (text: String, changed: [String]) {
        var document = MarkedText(text)
        let changed = sections.filter { name, markdown in
            guard let part = document.part(name), part != markdown else { return false }
            return document.replace(name, with: markdown)
        }
        return (document.text, changed.map(\.name))
    }

    /// The JSON Schema of the names in results.json and of each policy's and fault's parameters on the command line.
    public static func jsonSchema() throws -> Data {
        func names(_ entries: [DescriptionEntry]) -> [String: any Sendable] {
            ["oneOf": entries.map { ["const": $0.name, "description": $0.summary] }]
        }
        func parameters(_ entries: [DescriptionEntry]) -> [String: any Sendable] {
            ["type": "object", "properties": Dictionary(uniqueKeysWithValues: entries.map { ($0.name, $0.schema) })]
        }
        let known = LivenessPolicy.names.joined(separator: "|")
        let schema: [String: any Sendable] = [
            "$schema": "https://json-schema.org/draft/2020-12/schema",
            "$defs": [
                "fault": names(Fault.entries), "transport": names(TransportKind.entries), "protocol": names(LoadProtocol.entries),
                "policy": [
                    "description": "the names of a policy's rules, with '+' between them", "type": "string",
                    "pattern": "^(\(known))(\\+(\(known)))*$",
                ] as [String: any Sendable], "policyParameters": parameters(LivenessPolicy.entries),
                "faultParameters": FaultPlan.entry.schema,
            ] as [String: any Sendable],
        ]
        return try JSONSerialization.data(withJSONObject: schema, options: [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes])
    }
}
