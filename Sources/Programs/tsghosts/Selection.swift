import ArgumentParser
import Ghosts
import Time

/// Which connections are meant, as all commands take it.
struct Selection: ParsableArguments {
    @Option(help: ArgumentHelp("Only those that came to this port; may be given again.", valueName: "number"))
    var port: [UInt16] = []

    @Option(help: ArgumentHelp("Only those of this server or process.", valueName: "name|pid"))
    var process: String?

    @Option(help: ArgumentHelp("Only those from this network.", valueName: "cidr"))
    var peer: String?

    @Option(help: ArgumentHelp("Only those that sent nothing for so long.", valueName: "duration"))
    var silent: String?

    @Option(
        help: ArgumentHelp(
            "Look into the network namespace of a process or of ip-netns(8), into one by its path, or into all.",
            valueName: "pid|name|path|all"))
    var netns: String?

    func filter() throws -> ConnectionFilter {
        var filter = ConnectionFilter()
        filter.ports = Set(port)
        filter.process = process
        if let peer {
            filter.peer = AddressRange(parsing: peer)
            if filter.peer == nil { throw ValidationError("--peer takes a network like 192.0.2.0/24, not '\(peer)'") }
        }
        if let silent { filter.silent = try Self.duration("--silent", silent) }
        return filter
    }

    static func duration(_ name: String, _ text: String) throws -> Duration {
        guard let duration = DurationText.parse(text) else {
            throw ValidationError("\(name) takes a duration like 30s or 10m, not '\(text)'")
        }
        return duration
    }

    func validate() throws { _ = try filter() }
}
