/// One thing that the lab needs of a machine, and whether it is there.
public struct MachineCheck: Codable, Equatable, Sendable {
    public enum State: String, Codable, Sendable {
        case ok
        case missing
        /// It could not be tried, because something before it is missing.
        case unknown
    }

    /// What is needed: `user namespaces`.
    public let name: String
    public let state: State
    /// False for what only some extra needs.
    public let isRequired: Bool
    /// What was seen: a path, a value, or what the kernel or a program said.
    public let found: String
    /// Who needs it: `tslab sweep`.
    public let neededBy: String
    /// What to do about it, each line a command to run or a way out. Empty where nothing is missing.
    public let remedies: [String]

    public init(
        _ name: String, _ state: State, _ found: String, required: Bool = true, neededBy: String, remedies: [String] = []
    ) {
        self.name = name
        self.state = state
        self.found = found
        isRequired = required
        self.neededBy = neededBy
        self.remedies = state == .missing ? remedies : []
    }

    /// The check of something that works if `body` returns; what it returns is what was seen.
    init(
        _ name: String, required: Bool = true, neededBy: String, remedies: (any Error) -> [String], _ body: () throws -> String
    ) {
        do {
            self.init(name, .ok, try body(), required: required, neededBy: neededBy)
        } catch {
            let reason = (error as? NetlabError)?.reason ?? "\(error)"
            self.init(name, .missing, reason, required: required, neededBy: neededBy, remedies: remedies(error))
        }
    }
}
