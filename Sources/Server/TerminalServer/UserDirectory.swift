/// Who may log on. User names are compared without regard to case, as Windows NT does.
public enum UserDirectory: Sendable {
    /// Every name with any password: fit for a lab that nobody else can reach.
    case anyone
    /// Passwords by lower-case user name.
    case listed([String: String])

    /// Whether there is such a user.
    func lists(_ user: String) -> Bool {
        switch self {
        case .anyone: !user.isEmpty
        case .listed(let passwords): passwords[user.lowercased()] != nil
        }
    }

    /// For a name that is not listed a password is compared too, so that the time does not tell.
    func admits(user: String, password: String) -> Bool {
        switch self {
        case .anyone: return !user.isEmpty
        case .listed(let passwords):
            let secret = passwords[user.lowercased()]
            let isSame = TextComparison.isSame(password, as: secret ?? "")
            return isSame && secret != nil
        }
    }
}
