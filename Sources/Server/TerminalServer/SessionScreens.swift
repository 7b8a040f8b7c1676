import Sessions
import Slab

/// Which connection shows a session, by the session's number.
struct SessionScreens {
    private var tokens: [SlabHandle] = []

    /// None where no connection does.
    subscript(id: SessionID) -> SlabHandle {
        get { Int(id.rawValue) < tokens.count ? tokens[Int(id.rawValue)] : .none }
        set {
            let index = Int(id.rawValue)
            if index >= tokens.count { tokens.append(contentsOf: repeatElement(.none, count: index + 1 - tokens.count)) }
            tokens[index] = newValue
        }
    }
}
