import Liveness

extension LivenessPolicy {
    /// Reads what several `--policy` options say: policies parted by `;`, or by `,` where no parameter follows, as in
    /// `none,heartbeat:interval=3s,misses=3;clock`.
    static func list(_ texts: [String]) throws -> [LivenessPolicy] {
        try texts.flatMap(split).map { try LivenessPolicy(parsing: $0) }
    }

    private static func split(_ text: String) -> [String] {
        text.split(separator: ";").flatMap { group in
            group.split(separator: ",").reduce(into: [String]()) { policies, part in
                let isParameter = part.contains("=") && !part.contains(":")
                if isParameter, let last = policies.last {
                    policies[policies.count - 1] = last + "," + part
                } else {
                    policies.append(String(part))
                }
            }
        }
    }
}
