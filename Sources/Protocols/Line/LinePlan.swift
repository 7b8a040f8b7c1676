import Time

/// What a line is like. ``init(parsing:)`` reads it from a command line.
public struct LinePlan: Equatable, Sendable {
    /// The preset it began as, by which its text begins.
    public internal(set) var name: String
    /// Bits a second each way; nil where packets take no time to send.
    public var rate: BothWays<Int?>
    /// From the last bit's leaving one end to its arriving at the other.
    public var delay: Duration
    /// What each packet may take longer, evenly distributed from 0; packets stay in order.
    public var jitter: Duration
    /// What may wait at each end for its turn to be sent; what comes beyond that is dropped.
    public var queue: QueueLimit
    /// In each direction for itself.
    public var loss: LossModel
    /// The share of packets that arrive twice.
    public var duplicated: Double
    /// The share of packets that are held up by ``reorderedBy`` while others overtake them.
    public var reordered: Double
    public var reorderedBy: Duration
    /// When the line is cut, counted from its start.
    public var cuts: [Cut]
    /// How long a flow may be idle before the firewall at the clients' end forgets it; nil where there is none.
    public var forgets: Duration?
    /// Where the line is dialled on demand; nil where it stands for good.
    public var dial: DialPlan?

    public enum QueueLimit: Equatable, Sendable {
        case packets(Int)
        case bytes(Int)
    }

    public struct Cut: Equatable, Sendable {
        public var at: Duration
        /// nil where it never heals by itself.
        public var lasting: Duration?

        public init(at: Duration, lasting: Duration?) {
            self.at = at
            self.lasting = lasting
        }
    }

    public static let standardQueue = QueueLimit.packets(100)
    public static let standardReorderedBy = Duration.milliseconds(10)

    init(
        _ name: String, toServer: Int? = nil, toClients: Int? = nil, delay: Duration = .zero, jitter: Duration = .zero,
        queue: QueueLimit = LinePlan.standardQueue, loss: LossModel = .none, dial: DialPlan? = nil
    ) {
        self.name = name
        rate = BothWays(toServer: toServer, toClients: toClients)
        self.delay = delay
        self.jitter = jitter
        self.queue = queue
        self.loss = loss
        duplicated = 0
        reordered = 0
        reorderedBy = Self.standardReorderedBy
        cuts = []
        forgets = nil
        self.dial = dial
    }
}

/// How a line is dialled on demand.
public struct DialPlan: Equatable, Sendable {
    /// From placing a call to being able to send.
    public var setup: Duration
    /// Without a packet for so long, counted from the end of the last one's sending, the line is hung up.
    public var idle: Duration
    /// The share of calls that find the line engaged, which is known after ``setup``.
    public var engaged: Double
    /// How long after that the next call is placed, at the earliest; at least ``shortestRetry``.
    public var retry: Duration
    /// How many packets, of both directions together, are kept until the line is up; 0 drops them.
    public var hold: Int
    /// Which packets keep the line up. Any packet places a call.
    public var resets: Resets

    public static let shortestRetry = Duration.milliseconds(1)

    public enum Resets: String, CaseIterable, Sendable {
        case both
        case toServer = "to-server"
        case toClients = "to-clients"

        func holds(_ direction: LineDirection) -> Bool { self == .both || rawValue == direction.rawValue }
    }

    public init(
        setup: Duration = .seconds(2), idle: Duration = .seconds(120), engaged: Double = 0, retry: Duration = .seconds(10),
        hold: Int = 32, resets: Resets = .both
    ) {
        self.setup = setup
        self.idle = idle
        self.engaged = engaged
        self.retry = retry
        self.hold = hold
        self.resets = resets
    }
}
