import ArgumentParser
import Transport

extension TransportKind {
    /// Reads `tcp,spx,nbf`: one or more of them, each once.
    static func list(_ text: String) throws -> [TransportKind] {
        let known = allCases.map(\.rawValue).joined(separator: ",")
        let kinds = try text.split(separator: ",").map { name in
            guard let kind = TransportKind(rawValue: String(name)) else {
                throw ValidationError("unknown transport '\(name)': use \(known)")
            }
            return kind
        }
        guard !kinds.isEmpty, Set(kinds).count == kinds.count else {
            throw ValidationError("--transport takes each transport once, like \(known), not '\(text)'")
        }
        return kinds
    }
}
