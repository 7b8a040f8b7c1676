import ArgumentParser
import Lab
import Time

extension UserReturn {
    /// Reads `--return-after`: a duration of at most the horizon, or `never`.
    init(option text: String?, horizon: Duration) throws {
        switch text {
        case nil: self = .beforeHorizon
        case "never": self = .never
        case let text?:
            guard let time = DurationText.parse(text), time > .zero, time < horizon else {
                throw ValidationError(
                    "--return-after takes a duration shorter than the horizon, like 30s, or 'never', not '\(text)'")
            }
            self = .after(time)
        }
    }
}
