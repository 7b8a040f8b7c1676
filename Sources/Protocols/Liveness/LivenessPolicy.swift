import Describing
import Time

/// How a server learns that a client has gone: one rule, or several side by side.
public struct LivenessPolicy: Sendable {
    /// At least one.
    public private(set) var rules: [any LivenessRule]

    public init(_ rule: some LivenessRule) { rules = [rule] }

    /// - Throws: where two of them cannot work side by side.
    public init(_ rules: [any LivenessRule]) throws(DescriptionError) {
        self.rules = rules
        try check()
    }

    private func check() throws(DescriptionError) {
        var names: Set<String> = []
        for rule in rules where !names.insert(type(of: rule).name).inserted {
            throw DescriptionError("\(type(of: rule).name) is there twice in a policy: name it once")
        }
        if rules.count > 1, self[NoPolicy.self] != nil { throw DescriptionError("none stands alone: leave it out, or the others") }
        let asking = rules.filter { $0.monitor(of: Int.self) != nil }.map { type(of: $0).name }
        guard asking.count < 2 else {
            throw DescriptionError("\(asking.listed(or: "and")) all ask the client program: take one of them")
        }
    }

    /// The rule of a type; nil where it is not part of the policy.
    public subscript<Rule: LivenessRule>(type: Rule.Type) -> Rule? {
        for rule in rules { if let rule = rule as? Rule { return rule } }
        return nil
    }

    /// The names of its rules, as the reports and the JSON have them: `tcp-keepalive+heartbeat`.
    public var name: String { rules.map { type(of: $0).name }.joined(separator: "+") }

    // MARK: What is to be done

    /// What the kernel is told of each TCP connection.
    public var socketOptions: [SocketOption] { rules.flatMap(\.socketOptions) }

    /// Who decides when client programs are probed; nil where nobody does.
    public func monitor<Token>(of token: Token.Type) -> (any LivenessMonitor<Token>)? {
        for rule in rules { if let monitor = rule.monitor(of: token) { return monitor } }
        return nil
    }

    public var clockInterval: Duration? { rules.lazy.compactMap(\.clockInterval).first }
    public var challengeTimeout: Duration? { rules.lazy.compactMap(\.challengeTimeout).first }

    /// The control socket of the line that the policy must know of; nil for a policy that needs none.
    public var line: String? {
        get { rules.lazy.compactMap(\.line).first }
        set { for index in rules.indices { rules[index].line = newValue } }
    }

    /// The same, at another interval; nil for a policy that does nothing regularly.
    public func every(_ interval: Duration) -> LivenessPolicy? {
        var policy = self
        var isRegular = false
        for (index, rule) in rules.enumerated() {
            guard let other = rule.every(interval) as (any LivenessRule)? else { continue }
            policy.rules[index] = other
            isRegular = true
        }
        return isRegular ? policy : nil
    }

    // MARK: What comes of it

    /// Whether a transport can carry it out.
    ///
    /// - Parameter transport: its name.
    public func isKnown(to transport: String) -> Bool {
        rules.allSatisfy { type(of: $0).transports?.contains(transport) ?? true }
    }

    /// Whether the server program has no part in it.
    public var isLeftToTransport: Bool { rules.allSatisfy { $0 is NoPolicy || type(of: $0).transports != nil } }

    /// Whether it sends anything while a session idles that has a line dialled.
    public var dials: Bool { rules.contains { $0.probing?.dials == true } }

    /// How often it is sure to have data sent while a session idles; nil where it is not.
    public var sendsEvery: Duration? { rules.compactMap { $0.probing.flatMap { $0.isData && $0.dials ? $0.every : nil } }.min() }

    /// How soon after other data it may have some sent while a session idles; nil for never.
    var maySendEvery: Duration? { rules.compactMap { $0.probing.flatMap { $0.isData ? $0.every : nil } }.min() }

    /// nil for policies that find nobody by themselves, for those whose time is the kernel's or a transport's own, and where
    /// two rules would find somebody.
    public var closedForm: ClosedForm? {
        let forms = rules.compactMap { $0.closedForm(in: self) }
        return forms.count == 1 ? forms[0] : nil
    }

    /// What its rules lead to after a fault, beside what the transport does anyway.
    public func detection(of situation: Situation) -> Detection {
        rules.map { $0.detection(of: situation, in: self) }.reduce(.never) { $0.or($1) }
    }
}

extension LivenessPolicy: Hashable {
    public static func == (a: LivenessPolicy, b: LivenessPolicy) -> Bool {
        a.rules.count == b.rules.count && zip(a.rules, b.rules).allSatisfy { $0.isSame(as: $1) }
    }

    public func hash(into hasher: inout Hasher) { for rule in rules { rule.hash(into: &hasher) } }
}
