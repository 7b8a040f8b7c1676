import RDP
import Sessions

/// The one program that runs in a session: it keeps what is typed, and the typed line `flood` makes it busy, so that
/// it repaints its window without end until a key is pressed.
enum SessionProgram {
    /// The line that makes the program busy.
    static let floodCommand = "flood"
    /// How often a session's output is flushed: about 20 times a second while its user is active, 10 times while not (Q186572).
    /// A busy program is given the faster of the two.
    static let outputInterval = Duration.milliseconds(50)

    /// What a keystroke sets off besides the text it leaves.
    enum Effect: Equatable {
        case typed
        case startFlood
    }

    /// What keys do to the program's state: any key ends a flood, and the last may begin one.
    static func type(_ characters: [Character], in state: inout ApplicationState) -> Effect {
        characters.reduce(.typed) { _, character in key(character, in: &state) }
    }

    /// What a key does to the program's state.
    private static func key(_ character: Character, in state: inout ApplicationState) -> Effect {
        state.type(character)
        return character == "\r" && state.hasJustEnded(line: floodCommand) ? .startFlood : .typed
    }
}
