import Testing
import Wire

/// What strangers chose is shown on one line and does nothing to a terminal.
@Suite struct PrintableTextTests {
    @Test(arguments: [
        ("anna", "anna"), ("", ""), ("Jürgen Groß 用户", "Jürgen Groß 用户"), ("'\" $(rm) 100%", "'\" $(rm) 100%"),
        ("a\r\nb", "a\\u{D}\\u{A}b"), ("\u{1B}[2J", "\\u{1B}[2J"), ("\0\u{7}\t\u{7F}", "\\u{0}\\u{7}\\u{9}\\u{7F}"),
        ("\u{9B}31m\u{85}", "\\u{9B}31m\\u{85}"), ("a\u{2028}b\u{2029}", "a\\u{2028}b\\u{2029}"),
        ("\u{202E}exe.txt\u{202C}", "\\u{202E}exe.txt\\u{202C}"),
        ("\u{2066}\u{2069}\u{200F}\u{61C}", "\\u{2066}\\u{2069}\\u{200F}\\u{61C}"),
        ("a\u{200B}\u{FEFF}b", "a\\u{200B}\\u{FEFF}b"), ("\u{E0041}\u{E000}\u{FFFF}", "\\u{E0041}\\u{E000}\\u{FFFF}"),
    ])
    func asShown(_ text: String, _ shown: String) {
        #expect(PrintableText.escaped(text) == shown)
        #expect(PrintableText.escaped(utf8: Array(text.utf8)) == shown)
        #expect(PrintableText.escaped(utf16: Array(text.utf16)) == shown)
    }

    /// Who sends what an escape looks like is not taken for who sent what it stands for.
    @Test func noTextLooksLikeAnothersEscape() {
        #expect(PrintableText.escaped(#"\u{1B}"#) == #"\\u{1B}"#)
        #expect(PrintableText.escaped(#"NT4\anna"#) == #"NT4\\anna"#)
        #expect(PrintableText.escaped(utf8: [0x9F]) != PrintableText.escaped(#"\x9F"#))
    }

    @Test func whatIsNoTextShowsUnitByUnit() {
        #expect(PrintableText.escaped(utf8: [0x61, 0x9F, 0x0A, 0xC3, 0x62, 0xFF, 0x05]) == #"a\x9F\u{A}\xC3b\xFF\u{5}"#)
        #expect(PrintableText.escaped(utf8: [0xE2, 0x82]) == #"\xE2\x82"#)
        #expect(PrintableText.escaped(utf16: [0x61, 0xD83D, 0x62, 0xDE00]) == #"a\u{D83D}b\u{DE00}"#)
        #expect(PrintableText.escaped(utf16: [0xD83D, 0xDE00]) == "😀")
    }

    @Test func aLongTextIsCutAndSaysHowLongItWas() {
        #expect(PrintableText.escaped("abcdef", limit: 6) == "abcdef")
        #expect(PrintableText.escaped("abcdef", limit: 4) == "abcd… (6 bytes)")
        #expect(PrintableText.escaped("üüü", limit: 2) == "üü… (6 bytes)")
        #expect(PrintableText.escaped("üüü", limit: 3) == "üüü")
        let long = PrintableText.escaped(String(repeating: "\u{1B}", count: 1_000_000))
        #expect(long.utf8.count < 3 * 1024 && long.hasSuffix("… (1000000 bytes)"))
    }

    /// The scalars of most writing: one line, no control, and told apart from every other.
    @Test func nothingThatActsOnATerminalIsShown() {
        // By scalars, since strings that are canonically equivalent count as equal.
        var seen: Set<[Unicode.Scalar]> = []
        for value in UInt32(0)...0x3000 {
            guard let scalar = Unicode.Scalar(value) else { continue }
            let shown = PrintableText.escaped(String(scalar))
            #expect(seen.insert(Array(shown.unicodeScalars)).inserted, "\(value) shows as another")
            let isControl = shown.unicodeScalars.contains { $0.value < 0x20 || 0x7F...0x9F ~= $0.value }
            #expect(!isControl && !shown.contains(where: \.isNewline), "\(value)")
        }
    }
}
