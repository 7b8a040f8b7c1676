import ArgumentParser
import Faults

extension Fault {
    /// Reads the names of faults, parted by commas or given one by one.
    static func list(_ texts: [String]) throws -> [Fault] {
        try texts.flatMap { $0.split(separator: ",") }.map { name in
            guard let fault = Fault(rawValue: String(name)) else {
                throw ValidationError("unknown fault '\(name)': use \(Fault.allCases.map(\.rawValue).joined(separator: ", "))")
            }
            return fault
        }
    }
}
