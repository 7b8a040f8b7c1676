import Time

/// Lines by name. A number without a source is ours, and listed as such; every number can be changed on the command line.
extension LinePlan {
    /// No limit and no delay: for a line of one's own making.
    static let direct = LinePlan("direct")

    /// A telephone modem of 1994. Rate: ITU-T V.34. Delay: half of the 110 to 159 ms round trip that S. Cheshire measured
    /// over modems ("It's the Latency, Stupid", 1996). Set-up: dialling, ringing and training; 30 s is what Cisco IOS allows
    /// it (`dialer wait-for-carrier-time`). Idle: `dialer idle-timeout`'s default, 120 s. Ours: jitter, queue, retry.
    static let modem = LinePlan(
        "modem-28.8k", toServer: 28_800, toClients: 28_800, delay: .milliseconds(65), jitter: .milliseconds(10),
        queue: .packets(20), dial: DialPlan(setup: .seconds(30), idle: .seconds(120), retry: .seconds(30)))

    /// One B channel of a basic rate interface (ITU-T I.430: 64 kbit/s). Delay: half of Cheshire's 21 to 34 ms round trip. Idle:
    /// as above. Ours: set-up, retry, queue.
    static let isdn = LinePlan(
        "isdn-64k", toServer: 64_000, toClients: 64_000, delay: .milliseconds(14), queue: .packets(40),
        dial: DialPlan(setup: .seconds(2), idle: .seconds(120)))

    /// A permanent virtual circuit of a packet-switched network. Rate: user class of service 10 of ITU-T X.1 (9,600 bit/s).
    /// Ours: delay and jitter, for a national network of some hops that store and forward, and queue.
    static let x25 = LinePlan(
        "x25", toServer: 9_600, toClients: 9_600, delay: .milliseconds(150), jitter: .milliseconds(50), queue: .packets(20))

    /// A leased line: 24 channels of 64 kbit/s out of 1.544 Mbit/s (ANSI T1.403). Ours: delay, queue.
    static let t1 = LinePlan(
        "t1", toServer: 1_536_000, toClients: 1_536_000, delay: .milliseconds(2), queue: .packets(75))

    /// A hop over a geostationary satellite: 239.6 to 279.0 ms each way (RFC 2488, 2). Rate: a T1's. Ours:
    /// queue, two seconds of that rate.
    static let satellite = LinePlan(
        "satellite", toServer: 1_536_000, toClients: 1_536_000, delay: .milliseconds(260), queue: .bytes(384_000))

    /// A mobile telephone's radio, which is a line dialled on demand: RRC_IDLE is down, RRC_CONNECTED is up (3GPP TS 36.331).
    /// Rates are the medians, promotion 260.1 ms, tail 11.576 s and delay half of the 70 ms round trip measured by Huang et
    /// al., "A Close Examination of Performance and Power Characteristics of 4G LTE Networks", MobiSys 2012. Ours: jitter, queue,
    /// retry, hold.
    static let lte = LinePlan(
        "lte", toServer: 6_000_000, toClients: 13_000_000, delay: .milliseconds(35), jitter: .milliseconds(10),
        queue: .packets(500),
        dial: DialPlan(setup: .microseconds(260_100), idle: .milliseconds(11_576), retry: .seconds(1), hold: 200))

    /// A wireless network at the edge of its reach: 2.7 % of packets lost, in bursts of 5 on average. Ours: all of it; the rate
    /// is about what is left of IEEE 802.11b's 11 Mbit/s for payload.
    static let wifi = LinePlan(
        "wifi-lossy", toServer: 5_000_000, toClients: 5_000_000, delay: .milliseconds(3), jitter: .milliseconds(15),
        queue: .packets(200),
        loss: .gilbertElliott(GilbertElliott(enter: 0.007, leave: 0.2, lossWhenBad: 0.8)))

    public static let presets = [modem, isdn, x25, t1, satellite, lte, wifi, direct]
}
