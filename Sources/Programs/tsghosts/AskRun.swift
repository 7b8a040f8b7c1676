import ArgumentParser
import CLinux
import Ghosts
import Glibc
import SocketDiag
import Time

/// Asks until everybody has a verdict, or a signal comes.
struct AskRun {
    let asker: Asker
    /// The signal that ended it early, or 0.
    private(set) var signal: Int32 = 0

    /// - Parameter prepare: sees the asker before it begins.
    init(_ survey: Survey, _ options: AskingOptions, prepare: (Asker) -> Void = { _ in }) throws {
        DescriptorLimit.raise()
        asker = Asker(
            survey.census, survey.census.worstFirst(), views: survey.views, plan: options.plan(survey.views[0]), guardian: try Guardian())
        prepare(asker)
        let signals = linux_open_end_signals()
        defer { close(signals) }
        do {
            while let wait = try asker.step(Clock.now) {
                var ready = pollfd(fd: signals, events: Int16(POLLIN), revents: 0)
                // Rounded up: a poll of 0 ms would spin.
                let milliseconds = Int32(clamping: (wait.nanoseconds + 999_999) / 1_000_000)
                if poll(&ready, 1, milliseconds) > 0 {
                    signal = linux_next_signal(signals)
                    if signal != 0 { break }
                }
            }
        } catch {
            asker.end(all: .cannotAsk(.interrupted))
            throw error
        }
        asker.end(all: .cannotAsk(.interrupted))
    }

    /// 130 when a signal came, 1 when somebody could not be asked.
    func exit() throws {
        if signal != 0 { throw ExitCode(130) }
        let unasked = asker.census.connections.contains { if case .cannotAsk = $0.verdict { true } else { false } }
        if unasked { throw ExitCode(1) }
    }
}

enum DescriptorLimit {
    /// As many as may be had (setrlimit(2)): a borrowed descriptor is one of them.
    static func raise() {
        var limit = rlimit()
        guard getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 else { return }
        limit.rlim_cur = limit.rlim_max
        setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
    }
}
