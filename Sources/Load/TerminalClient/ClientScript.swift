import Time

/// One thing that a scripted user does.
public enum ClientAction: Equatable, Sendable {
    case type(String)
    case wait(Duration)
    case minimise
    case restore
    /// The program stops for good, its kernel goes on.
    case hang
    case disconnect
    case logOff
}

/// What a scripted user does, one thing after another, from the moment the desktop is there.
public struct ClientScript: Equatable, Sendable {
    public var actions: [ClientAction]

    public init(_ actions: [ClientAction] = []) { self.actions = actions }

    /// Reads actions on lines of their own or separated by semicolons: `type TEXT`, `enter`, `wait 5s`, `minimise`,
    /// `restore`, `hang`, `disconnect`, `logoff`. What follows a `#` at the start of a line does not count.
    public init(parsing text: String) throws(ClientScriptError) {
        actions = []
        for line in text.split(whereSeparator: { $0.isNewline || $0 == ";" }) {
            let line = line.drop(while: \.isWhitespace)
            if line.isEmpty || line.hasPrefix("#") { continue }
            actions.append(try Self.action(line))
        }
    }

    private static func action(_ line: Substring) throws(ClientScriptError) -> ClientAction {
        let words = line.split(separator: " ", maxSplits: 1)
        let rest = words.count == 2 ? String(words[1]) : ""
        switch words[0].lowercased() {
        case "type" where !rest.isEmpty: return .type(rest)
        case "enter": return .type("\r")
        case "wait":
            guard let duration = DurationText.parse(rest.filter { !$0.isWhitespace }) else { break }
            return .wait(duration)
        case "minimise", "minimize": return .minimise
        case "restore": return .restore
        case "hang": return .hang
        case "disconnect": return .disconnect
        case "logoff": return .logOff
        default: break
        }
        throw ClientScriptError(line: String(line))
    }
}

/// A line of a script that says nothing that a client can do.
public struct ClientScriptError: Error, Equatable, CustomStringConvertible {
    public let line: String

    public var description: String {
        "script: cannot do '\(line)': use type TEXT, enter, wait 5s, minimise, restore, hang, disconnect or logoff"
    }
}
