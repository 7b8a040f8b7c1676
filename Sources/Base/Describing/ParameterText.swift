/// Why a text describes nothing that can be done, and what would.
public struct DescriptionError: Error, Equatable, CustomStringConvertible {
    public let description: String

    public init(_ description: String) { self.description = description }

    /// A name that nothing has.
    ///
    /// - Parameter what: of what it is the name, such as `fault`.
    public static func unknown(_ what: String, _ name: some StringProtocol, known: [String]) -> DescriptionError {
        DescriptionError("unknown \(what) '\(name)': use \(known.listed(or: "or"))")
    }
}

/// `NAME:PARAMETER=VALUE,...` as the command line has it.
public enum ParameterText {
    /// Sets `subject` by the pairs of a text, in the order of `parameters`.
    ///
    /// - Parameters:
    ///   - text: what is behind the name and its colon; empty for nothing.
    ///   - owner: the name, for errors.
    public static func read<Subject>(
        _ text: Substring, of owner: String, _ parameters: [Parameter<Subject>], into subject: inout Subject
    ) throws(DescriptionError) {
        var values: [Substring: Substring] = [:]
        for pair in text.split(separator: ",") {
            let sides = pair.split(separator: "=", maxSplits: 1)
            guard sides.count == 2, values.updateValue(sides[1], forKey: sides[0]) == nil else {
                throw DescriptionError("\(owner): write each parameter once, as name=value, not '\(pair)'")
            }
        }
        for parameter in parameters {
            guard let text = values.removeValue(forKey: parameter.name[...]) else { continue }
            let wanted = parameter.values(subject).wanted
            guard parameter.read(text, &subject) else {
                throw DescriptionError("\(owner): \(parameter.name) must be \(wanted), not '\(text)'")
            }
        }
        if let name = values.keys.sorted().first {
            let known = parameters.isEmpty ? "it has none" : "use \(parameters.map(\.name).listed(or: "or"))"
            throw DescriptionError("\(owner) has no parameter '\(name)': \(known)")
        }
    }

    /// The text that ``read(_:of:_:into:)`` makes `subject` of, name included.
    public static func write<Subject>(_ owner: String, _ parameters: [Parameter<Subject>], of subject: Subject) -> String {
        let pairs = parameters.compactMap { parameter in parameter.write(subject).map { "\(parameter.name)=\($0)" } }
        return pairs.isEmpty ? owner : owner + ":" + pairs.joined(separator: ",")
    }
}

extension [String] {
    /// `a, b or c`.
    public func listed(or word: String) -> String {
        count < 2 ? joined() : dropLast().joined(separator: ", ") + " \(word) " + self[count - 1]
    }
}
