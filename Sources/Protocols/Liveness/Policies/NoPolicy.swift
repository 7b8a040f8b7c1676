/// As shipped: nothing is done to learn whether a client is there (Q187049).
public struct NoPolicy: LivenessRule {
    public static let name = "none"
    public static let summary = "nothing, as shipped"
    public static let blindTo: String? = "a dead client, until there is something to send"
    public static let standard = NoPolicy()

    public init() {}
}

extension LivenessPolicy {
    public static let none = LivenessPolicy(NoPolicy())
}
