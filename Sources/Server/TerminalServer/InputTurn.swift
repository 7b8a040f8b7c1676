/// What the input of one read has set off, to be settled once after all of it: however many keys and clicks a client sends in
/// one piece, the page is compared once, the list of sessions looked at once, and a message laid out once.
struct InputTurn {
    /// What was on the page before the first key.
    var page: [String]?
    /// Whether the user did something, as far as he can: a mouse that only moves does not count.
    var acted = false
    /// Whether he asked for the list of sessions as it is now.
    var refreshes = false
    /// Where the message in front lies; nil before somebody asks.
    var layout: MessageBoxLayout?
    /// What the user chose, done after all that he typed.
    var command: Command?

    enum Command {
        /// One of the sessions that he was offered.
        case choose(Int)
        case disconnect
        case logOff
    }
}
