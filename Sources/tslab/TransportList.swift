import ArgumentParser
import Transport

extension TransportKind {
    /// Reads `tcp,spx,nbf`.
    static func list(_ text: String) throws -> [TransportKind] {
        try text.split(separator: ",").map { name in
            guard let kind = TransportKind(rawValue: String(name)) else {
                let known = allCases.map(\.rawValue).joined(separator: ", ")
                throw ValidationError("unknown transport '\(name)': use \(known)")
            }
            return kind
        }
    }
}
