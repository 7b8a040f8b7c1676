import Random
import Time

/// One workstation's way through a storm.
struct StressWalk {
    let workstation: Int
    /// The user's second workstation, which he is at less.
    let isSecond: Bool
    let length: Duration
    let timeout: Duration
    let gusts: [Gust]
    var generator: SeededGenerator

    private var now = Duration.zero
    private var done: [StressAction] = []
    private var nextGust = 0

    init(
        workstation: Int, isSecond: Bool, length: Duration, timeout: Duration, gusts: [Gust], generator: SeededGenerator
    ) {
        self.workstation = workstation
        self.isSecond = isSecond
        self.length = length
        self.timeout = timeout
        self.gusts = gusts
        self.generator = generator
    }

    mutating func actions() -> [StressAction] {
        wait(0, isSecond ? 15_000 : 3_000)
        while now < length {
            add(.logon)
            use()
            wait(200, isSecond ? 12_000 : 4_000)
        }
        return done.filter { $0.at < length }
    }

    /// From the logon until the client is gone.
    private mutating func use() {
        while now < length {
            // A tenth of what happens happens while the client is still on its way to its desktop.
            if chance(0.1) { wait(0, 60) } else { wait(150, 3_500) }
            if let gust = passedGust() {
                now = gust.at
                if strike(gust.fault) { return }
                continue
            }
            switch Int.random(in: 0..<100, using: &generator) {
            case ..<45: add(.type)
            case ..<52: add(.flood)
            default:
                // Sessions that nobody ends would soon be as many as there may be, and nobody would get in.
                let fault = chance(0.25) ? .logoff : Fault.allCases.randomElement(using: &generator) ?? .kill
                if strike(fault) { return }
            }
        }
    }

    /// Whether the client is lost by it.
    private mutating func strike(_ fault: Fault) -> Bool {
        if fault.heals {
            guard chance(0.4) else {
                // Too short for anybody to notice.
                let lasting = Duration.milliseconds(Int.random(in: 100...Self.shortest(timeout), using: &generator))
                add(.fault(fault, lasting: lasting))
                now += lasting
                return false
            }
            // The server gives the client up meanwhile, and its user does once it is well again.
            let lasting = timeout + .milliseconds(Int.random(in: 500...5_000, using: &generator))
            add(.fault(fault, lasting: lasting))
            now += lasting
            wait(5, 500)
            add(.quit)
        } else if fault.lasts {
            let lasting = Duration.milliseconds(Int.random(in: 500...6_000, using: &generator))
            add(.fault(fault, lasting: lasting))
            now += lasting
        } else {
            add(.fault(fault, lasting: .zero))
            guard fault.traits.leavesProgram else { return true }
            wait(500, 12_000)
            add(.quit)
        }
        return true
    }

    /// What is lost of an outage is repeated at doubling intervals, so that its end is seen up to as long after it again
    /// as it lasted: a fifth of the timeout stays far below it even then.
    private static func shortest(_ timeout: Duration) -> Int { max(200, Int(timeout.inSeconds * 1_000 / 5)) }

    /// The gust that went by since the last action and strikes this workstation.
    private mutating func passedGust() -> Gust? {
        let last = done.last?.at ?? .zero
        while nextGust < gusts.count, gusts[nextGust].at <= now {
            let gust = gusts[nextGust]
            nextGust += 1
            if gust.at > last, chance(gust.share) { return gust }
        }
        return nil
    }

    private mutating func add(_ verb: StressAction.Verb) {
        done.append(StressAction(at: now, workstation: workstation, verb))
    }

    private mutating func wait(_ least: Int, _ most: Int) {
        now += .milliseconds(Int.random(in: least...most, using: &generator))
    }

    private mutating func chance(_ part: Double) -> Bool { Double.random(in: 0..<1, using: &generator) < part }
}
