import Ghosts

/// What a guard has seen and done, by server.
struct GuardCounters {
    struct Key: Hashable, Comparable {
        let process: String
        let port: UInt16

        static func < (a: Key, b: Key) -> Bool { (a.process, a.port) < (b.process, b.port) }
        /// Names come from processes, which may call themselves anything.
        var labels: String { "{process=\"\(process.filter { $0 != "\"" && $0 != "\\" })\",port=\"\(port)\"}" }
    }

    struct Values {
        var found = 0
        var ended = 0
        var heldSeconds = 0.0
        var answered = 0
        var unasked = 0
        var questions = 0
        var packets = 0
        var bytes = 0
        var set = 0
    }

    private(set) var values: [Key: Values] = [:]
    /// As the last look showed them.
    var connections: [Key: Int] = [:]
    var rounds = 0
    var failures = 0

    subscript(_ server: Server) -> Values {
        get { values[Self.key(server)] ?? Values() }
        set { values[Self.key(server)] = newValue }
    }

    static func key(_ server: Server) -> Key { Key(process: server.name.isEmpty ? "?" : server.name, port: server.port) }

    /// OpenMetrics 1.0.
    var page: String {
        var text = ""
        func family(_ name: String, _ kind: String, _ help: String, _ unit: String = "") {
            text += "# TYPE tsghosts_\(name) \(kind)\n" + (unit.isEmpty ? "" : "# UNIT tsghosts_\(name) \(unit)\n")
            text += "# HELP tsghosts_\(name) \(help)\n"
        }
        let keys = values.keys.sorted()
        func counter(_ name: String, _ help: String, unit: String = "", _ value: (Values) -> String) {
            family(name, "counter", help, unit)
            for key in keys { text += "tsghosts_\(name)_total\(key.labels) \(value(values[key]!))\n" }
        }
        family("connections", "gauge", "Established connections at the last look.")
        for key in connections.keys.sorted() { text += "tsghosts_connections\(key.labels) \(connections[key]!)\n" }
        counter("ghosts_found", "Connections whose peers were proven gone.") { "\($0.found)" }
        counter("ghosts_ended", "Of these, those that were ended.") { "\($0.ended)" }
        counter("ghost_held_seconds", "How long ghosts had been silent when they were found.", unit: "seconds") { "\($0.heldSeconds)" }
        counter("peers_answered", "Peers that answered.") { "\($0.answered)" }
        counter("peers_not_asked", "Peers that could not be asked.") { "\($0.unasked)" }
        counter("questions", "Questions sent.") { "\($0.questions)" }
        counter("asking_packets", "Packets of questions and answers.") { "\($0.packets)" }
        counter("asking_bytes", "Bytes of them, from the IP header on.", unit: "bytes") { "\($0.bytes)" }
        counter("options_set", "Connections whose options were set.") { "\($0.set)" }
        family("rounds", "counter", "Looks taken.")
        text += "tsghosts_rounds_total \(rounds)\n"
        family("failures", "counter", "Looks or ends that failed.")
        text += "tsghosts_failures_total \(failures)\n# EOF\n"
        return text
    }
}
