/// Something described, with the types of its parameters gone: what help texts, tables and the JSON Schema are made of.
public struct DescriptionEntry: Sendable {
    public struct Parameter: Sendable {
        public let name: String
        public let help: String
        /// As it is where nothing is said; nil for a text that has none.
        public let standard: String?
        public let values: ParameterValues
    }

    public let name: String
    /// What it does, in one sentence without a full stop.
    public let summary: String
    /// What it cannot see; nil where that is nothing, or no question.
    public let blindTo: String?
    public let parameters: [Parameter]

    public init(name: String, summary: String, blindTo: String? = nil) {
        self.name = name
        self.summary = summary
        self.blindTo = blindTo
        parameters = []
    }

    /// - Parameter standard: a subject with every parameter as it is where nothing is said.
    public init<Subject>(
        name: String, summary: String, blindTo: String? = nil, _ described: [Describing.Parameter<Subject>], standard: Subject
    ) {
        self.name = name
        self.summary = summary
        self.blindTo = blindTo
        parameters = described.map { parameter in
            Parameter(
                name: parameter.name, help: parameter.help, standard: parameter.write(standard), values: parameter.values(standard))
        }
    }

    /// `tcp-keepalive:time=2h,interval=1s,count=5`: the name with every parameter's standard value.
    public var usage: String {
        let pairs = parameters.map { parameter -> String in
            guard case .text(let hint) = parameter.values else { return "\(parameter.name)=\(parameter.standard ?? "")" }
            return "\(parameter.name)=\(hint)"
        }
        return pairs.isEmpty ? name : name + ":" + pairs.joined(separator: ",")
    }

    /// The JSON Schema of an object that has its parameters.
    public var schema: [String: any Sendable] {
        var properties: [String: any Sendable] = [:]
        for parameter in parameters {
            var property = parameter.values.schema
            property["description"] = parameter.help + (parameter.values.limits.map { " (\($0))" } ?? "")
            if let standard = parameter.standard { property["default"] = Int(standard) ?? standard as any Sendable }
            properties[parameter.name] = property
        }
        return ["description": summary, "type": "object", "properties": properties, "additionalProperties": false]
    }
}
