/// One decoder that bytes from outside reach, as a function that takes any bytes at all.
///
/// It must come back, whatever they are: what it finds wrong beyond a trap of the decoder's own it says with
/// `fatalError`, which the fuzzer takes for a crash.
public struct FuzzTarget: Sendable {
    public let name: String
    public let run: @Sendable ([UInt8]) -> Void

    public static let all: [FuzzTarget] = [
        FuzzTarget(name: "server", run: EndpointTargets.server),
        FuzzTarget(name: "client", run: EndpointTargets.client),
        FuzzTarget(name: "security", run: SecurityTargets.security),
        FuzzTarget(name: "encrypted", run: SecurityTargets.encrypted),
        FuzzTarget(name: "spx", run: DatagramTargets.spx),
        FuzzTarget(name: "nbf", run: DatagramTargets.nbf),
        FuzzTarget(name: "packet", run: DatagramTargets.packet),
        FuzzTarget(name: "scan", run: StreamTargets.scan),
        FuzzTarget(name: "frames", run: StreamTargets.frames),
        FuzzTarget(name: "report", run: StreamTargets.report),
        FuzzTarget(name: "http", run: StreamTargets.httpHead),
        FuzzTarget(name: "fault", run: TextTargets.fault),
        FuzzTarget(name: "policy", run: TextTargets.policy),
        FuzzTarget(name: "script", run: TextTargets.script),
        FuzzTarget(name: "schedule", run: TextTargets.schedule),
        FuzzTarget(name: "address", run: TextTargets.address),
    ]

    public static func named(_ name: String) -> FuzzTarget? { all.first { $0.name == name } }
}

/// Where to cut a stream into pieces, of a size that the stream itself decides: single bytes only where it is short.
func pieces(of bytes: [UInt8]) -> [Range<Int>] {
    let sizes = [bytes.count < 600 ? 1 : 5, 17, 64, 512]
    let size = sizes[Int(bytes.reduce(0, &+) & 3)]
    return stride(from: 0, to: bytes.count, by: size).map { $0..<min($0 + size, bytes.count) }
}
