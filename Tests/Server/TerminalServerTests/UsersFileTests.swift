import Foundation
import Testing

@testable import TerminalServer

/// A file of users is either what its writer meant or refused by line.
@Suite struct UsersFileTests {
    private func read(_ bytes: [UInt8], mode: Int = 0o600) throws -> (users: [String: String], warnings: [String]) {
        let path = FileManager.default.temporaryDirectory.path + "/tslab-users-\(UInt64.random(in: 0 ... .max)).txt"
        defer { try? FileManager.default.removeItem(atPath: path) }
        #expect(FileManager.default.createFile(atPath: path, contents: Data(bytes), attributes: [.posixPermissions: mode]))
        try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: path)
        var warnings: [String] = []
        guard case .listed(let users) = try UsersFile.read(path, warn: { warnings.append($0) }) else { return ([:], warnings) }
        return (users, warnings)
    }

    private func read(_ text: String) throws -> (users: [String: String], warnings: [String]) { try read(Array(text.utf8)) }

    @Test(arguments: [
        "# the staff\n\nAnna:se:cret\nbert:p a ss", "# the staff\r\n\r\nAnna:se:cret\r\nbert:p a ss\r\n",
        "\n  \t\nAnna:se:cret\nbert:p a ss\n\n", "Anna:se:cret\r\nbert:p a ss\n",
    ])
    func whateverEndsALine(text: String) throws {
        let (users, warnings) = try read(text)
        #expect(users == ["anna": "se:cret", "bert": "p a ss"] && warnings.isEmpty)
    }

    @Test(arguments: [
        ("anna:x\nbert\n", 2, "NAME:PASSWORD"), (":x\n", 1, "NAME:PASSWORD"), ("#\n#\n\nx", 4, "NAME:PASSWORD"),
        ("anna:x\nbert:y\nANNA:z\n", 3, "in line 1 already"), ("anna:x \n", 1, "blank"), ("anna: x\n", 1, "blank"),
        (" anna:x\n", 1, "blank"), ("anna :x\n", 1, "blank"), ("anna:x\t\r\n", 1, "blank"), ("an\u{1B}na:x\n", 1, "typed"),
        ("anna:x\u{0}\n", 1, "typed"), ("anna:\u{202E}x\n", 1, "typed"), ("a:1\n\rb:2\n", 2, "blank"),
    ])
    func whatCannotBeMeantIsRefusedByLine(text: String, line: Int, why: String) throws {
        #expect { try read(text) } throws: {
            let message = "\($0)"
            return message.contains("line \(line): ") && message.contains(why) && !message.contains("\u{1B}")
        }
    }

    @Test func everyProblemIsNamedUpToTen() throws {
        let text = (1...30).map { "user\($0)" }.joined(separator: "\n")
        #expect { try read(text) } throws: {
            let lines = "\($0)".split(separator: "\n")
            return lines.count == 11 && lines[9].contains("line 10:") && lines[10] == "and 20 more lines"
        }
    }

    @Test func anEmptyPasswordIsSaid() throws {
        let (users, warnings) = try read("anna:x\nbert:\n")
        #expect(users["bert"] == "" && warnings.count == 1 && warnings[0].contains("line 2: no password"))
    }

    @Test(arguments: [(0o600, 0), (0o400, 0), (0o640, 1), (0o644, 1), (0o664, 1)]) func othersMayReadIt(mode: Int, warnings: Int) throws {
        let found = try read(Array("anna:x".utf8), mode: mode).warnings
        #expect(found.count == warnings && found.allSatisfy { $0.contains("chmod 600") })
    }

    @Test(arguments: [0o666, 0o602, 0o777]) func othersMayWriteIt(mode: Int) throws {
        #expect { try read(Array("anna:x".utf8), mode: mode) } throws: { "\($0)".contains("chmod o-w") }
    }

    @Test func whatIsNoTextOrNoFile() throws {
        #expect { try read([0x61, 0x3A, 0xFF]) } throws: { "\($0)".contains("UTF-8") }
        for path in ["/nonexistent", "/etc", "/dev/zero"] {
            #expect { try UsersFile.read(path) { _ in } } throws: { "\($0)".contains(path) }
        }
    }

    /// The time of a comparison says nothing of how much was right: the first byte or the last one wrong costs the same.
    @Test func passwordsAreComparedInTheSameTime() {
        let secret = String(repeating: "s", count: 400_000)
        let (first, last) = ("x" + secret.dropFirst(), secret.dropLast() + "x")
        func time(_ given: String) -> Double {
            let clock = ContinuousClock()
            return (0..<5).map { _ in
                clock.measure { for _ in 0..<3 { #expect(!TextComparison.isSame(given, as: secret)) } } / .seconds(1)
            }.min() ?? 0
        }
        let ratio = time(first) / time(String(last))
        #expect(0.3...3 ~= ratio, "\(ratio)")
        #expect(TextComparison.isSame(secret, as: secret))
        for (given, secret) in [("", "x"), ("x", ""), ("xx", "x"), ("x", "xx"), ("\u{E9}", "e\u{301}"), ("\0", "")] {
            #expect(!TextComparison.isSame(given, as: secret))
        }
        #expect(TextComparison.isSame("", as: ""))
    }
}
