import Arguments
import Lab
import Time

extension UserReturn {
    /// Reads `--return-after`: a duration of at most the horizon, or `never`.
    init(option text: String?, horizon: Duration) throws {
        switch text {
        case nil: self = .beforeHorizon
        case "never": self = .never
        case let text?:
            self = .after(try OptionValue.duration("--return-after", text, in: .seconds(1)...horizon))
        }
    }
}
