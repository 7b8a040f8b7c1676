/// Compares what is secret without telling by its time how much of it was right.
enum TextComparison {
    /// Whether two texts have the same bytes. The time depends on how long `given` is, and on nothing of `secret`.
    static func isSame(_ given: String, as secret: String) -> Bool {
        let (given, secret) = (Array(given.utf8), Array(secret.utf8))
        // What is compared with an empty secret is compared with something all the same.
        let against = secret.isEmpty ? [0] : secret
        var difference = given.count ^ secret.count
        var place = 0
        for byte in given {
            difference |= Int(byte ^ against[place])
            place = place + 1 == against.count ? 0 : place + 1
        }
        return difference == 0
    }
}
