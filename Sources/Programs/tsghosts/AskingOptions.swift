import ArgumentParser
import Ghosts

/// How peers are asked, as `ask`, `end` and `guard` take it.
struct AskingOptions: ParsableArguments {
    @Option(help: "Unanswered questions, a second apart, that prove a peer gone.")
    var questions = 6

    @Option(help: ArgumentHelp("At most so many questions a second.", valueName: "number"))
    var rate = 5000

    @Option(
        help: ArgumentHelp(
            "Ask only while this interface is up, or this line by its control socket (tslab line --control).",
            valueName: "interface|path"))
    var onlyWhileUp: String?

    @Flag(help: "Ask by raw segments where there is no right to a descriptor or data is in flight. Takes CAP_NET_RAW.")
    var raw = false

    func validate() throws {
        guard 2...100 ~= questions else { throw ValidationError("--questions takes 2 to 100: one lost packet proves nothing") }
        guard 1...1_000_000 ~= rate else { throw ValidationError("--rate takes 1 to 1000000 questions a second") }
    }

    func plan(_ view: NamespaceView) -> Asker.Plan {
        Asker.Plan(questions: questions, rate: Double(rate), raw: raw, wayOut: onlyWhileUp.map { WayOut($0, view) })
    }
}
