import Time

/// One parameter of something that is described: its name on the command line, what it does, its limits, and how it is read
/// and written. Help texts, tables and the JSON Schema are made from it.
public struct Parameter<Subject: Sendable>: Sendable {
    public let name: String
    public let help: String
    /// The values that it takes of a subject whose parameters before it are set: a limit may follow from those.
    public let values: @Sendable (Subject) -> ParameterValues
    /// Sets it from a text; false where the text is none of ``values``.
    let read: @Sendable (Substring, inout Subject) -> Bool
    /// Its value as ``read`` takes it; nil where it is not set.
    let write: @Sendable (Subject) -> String?
}

extension Parameter {
    /// - Parameter range: the limits, which may follow from parameters before it.
    public static func duration(
        _ name: String, _ help: String, _ path: WritableKeyPath<Subject, Duration> & Sendable,
        in range: @escaping @Sendable (Subject) -> ClosedRange<Duration>
    ) -> Parameter {
        Parameter(
            name: name, help: help, values: { .duration(range($0)) },
            read: { text, subject in
                guard let value = DurationText.parse(text), range(subject).contains(value) else { return false }
                subject[keyPath: path] = value
                return true
            },
            write: { DurationText.format($0[keyPath: path]) })
    }

    public static func duration(
        _ name: String, _ help: String, _ path: WritableKeyPath<Subject, Duration> & Sendable, in range: ClosedRange<Duration>
    ) -> Parameter {
        duration(name, help, path, in: { _ in range })
    }

    /// A duration that the kernel counts in whole seconds.
    public static func wholeSeconds(
        _ name: String, _ help: String, _ path: WritableKeyPath<Subject, Duration> & Sendable, in range: ClosedRange<Duration>
    ) -> Parameter {
        let any = duration(name, help, path, in: range)
        return Parameter(
            name: name, help: help, values: { _ in .wholeSeconds(range) },
            read: { text, subject in
                guard DurationText.parse(text)?.components.attoseconds == 0 else { return false }
                return any.read(text, &subject)
            },
            write: any.write)
    }

    public static func number(
        _ name: String, _ help: String, _ path: WritableKeyPath<Subject, Int> & Sendable, in range: ClosedRange<Int>
    ) -> Parameter {
        Parameter(
            name: name, help: help, values: { _ in .number(range) },
            read: { text, subject in
                guard let value = Int(text), range.contains(value) else { return false }
                subject[keyPath: path] = value
                return true
            },
            write: { "\($0[keyPath: path])" })
    }

    /// A part of the whole, which is written as a number from 0 to 1.
    public static func part(
        _ name: String, _ help: String, _ path: WritableKeyPath<Subject, Double> & Sendable
    ) -> Parameter {
        Parameter(
            name: name, help: help, values: { _ in .part },
            read: { text, subject in
                let value = text.hasSuffix("%") ? Double(text.dropLast()).map { $0 / 100 } : Double(text)
                guard let value, 0...1 ~= value else { return false }
                subject[keyPath: path] = value
                return true
            },
            write: { "\($0[keyPath: path])" })
    }

    /// A text that may be left out and is then empty.
    ///
    /// - Parameter hint: what it stands for in a help text, such as `PATH`.
    public static func text(
        _ name: String, _ help: String, _ path: WritableKeyPath<Subject, String> & Sendable, hint: String
    ) -> Parameter {
        Parameter(
            name: name, help: help, values: { _ in .text(hint: hint) },
            read: { text, subject in
                subject[keyPath: path] = String(text)
                return true
            },
            write: { $0[keyPath: path].isEmpty ? nil : $0[keyPath: path] })
    }
}
