/// Text that somebody else chose, made safe to show.
public enum TerminalText {
    /// A process may call itself anything, escape sequences included: what is not a printable ASCII character becomes `?`.
    public static func plain(_ bytes: some Sequence<UInt8>) -> String {
        String(decoding: bytes.map { 0x20...0x7E ~= $0 ? $0 : UInt8(ascii: "?") }, as: UTF8.self)
    }

    public static func plain(_ text: String) -> String { plain(text.utf8) }
}
