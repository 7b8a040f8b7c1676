import ArgumentParser
import Ghosts
import Time

struct GuardCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "guard",
        abstract: "Go on for ever: ask whoever is silent, end proven ghosts, set options.",
        usage: "tsghosts guard --silent <duration> | --set <what> [<options>]",
        discussion: """
            Without --end it finds ghosts and tells. deploy/ has a systemd unit for it with
            no more rights than it needs, and alert rules for Prometheus. It says when it
            is ready and that it is well by sd_notify, and logs JSON lines on standard
            error.

            EXAMPLES
              tsghosts guard --port 22 --silent 10m --end
              tsghosts guard --set tcp-keepalive:time=60s,interval=10s,count=3
              tsghosts guard --silent 5m --metrics 127.0.0.1:9201

            EXIT STATUS
              0 when it was ended by SIGTERM, 1 when it could not go on, 64 for a wrong
              command line, 130 when interrupted.
            """)

    @OptionGroup var selection: Selection
    @OptionGroup var asking: AskingOptions

    @Flag(name: .customLong("end"), help: "End proven ghosts.")
    var ends = false

    @Option(
        name: .customLong("set"), help: ArgumentHelp("Give every connection these options, as tsghosts set does.", valueName: "options"))
    var sets: String?

    @Option(help: ArgumentHelp("How often to look.", valueName: "duration"))
    var every = "30s"

    @Option(help: ArgumentHelp("Where to answer GET /metrics: loopback, or a UNIX socket.", valueName: "address|path"))
    var metrics: String?

    func validate() throws {
        let interval = try Selection.duration("--every", every)
        guard interval >= .milliseconds(100) else { throw ValidationError("--every takes 100ms and more") }
        guard selection.silent != nil || sets != nil else {
            throw ValidationError("say whom to ask with --silent 10m, or what to give with --set")
        }
        if let sets {
            do throws(OptionsTextError) {
                _ = try OptionsChange(parsing: sets)
            } catch {
                throw ValidationError(error.description)
            }
        }
    }

    func run() throws {
        try told {
            let service = try GuardService(
                views: try NamespaceView.open(selection.netns), filter: try selection.filter(), asking: asking,
                isAsking: selection.silent != nil, ends: ends, change: try sets.map { try OptionsChange(parsing: $0) },
                every: try Selection.duration("--every", every), metrics: metrics)
            let signal = try service.run()
            if signal == 2 { throw ExitCode(130) }
        }
    }
}
