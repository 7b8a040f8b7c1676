import ArgumentParser
import Foundation
import Lab

/// `tslab describe`: what documents and other programs take from the descriptions.
struct DescribeCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "describe",
        abstract: "Write the tables of faults, policies and transports into documents.",
        discussion: """
            EXAMPLES
              tslab describe                        the parts, in Markdown
              tslab describe --json-schema
              tslab describe --write README.md docs/expectations.md
                  Makes anew what stands between '<!-- described: NAME -->' and
                  '<!-- end -->'.

            EXIT STATUS
              0, 1 where a document cannot be read or written, 64 for a wrong command
              line.
            """,
        shouldDisplay: false)

    @Flag(help: "Print the JSON Schema of their names and parameters.")
    var jsonSchema = false

    @Flag(help: "Make the marked parts of the documents anew.")
    var write = false

    @Argument(help: "Documents.", completion: .file())
    var documents: [String] = []

    func validate() throws {
        guard write == !documents.isEmpty else { throw ValidationError("--write takes documents, and documents take --write") }
    }

    func run() throws {
        if jsonSchema { return print(String(decoding: try Descriptions.jsonSchema(), as: UTF8.self)) }
        guard write else {
            for (name, markdown) in Descriptions.sections { print("<!-- described: \(name) -->\n\(markdown)\n<!-- end -->\n") }
            return
        }
        for path in documents {
            do {
                let (text, changed) = Descriptions.refresh(try String(contentsOfFile: path, encoding: .utf8))
                if !changed.isEmpty { try text.write(toFile: path, atomically: true, encoding: .utf8) }
                print("\(path): \(changed.isEmpty ? "nothing new" : changed.joined(separator: ", "))")
            } catch {
                FileHandle.standardError.write(Data("tslab: \(path): \(error.localizedDescription)\n".utf8))
                throw ExitCode(1)
            }
        }
    }
}
