import EventLoop
import Glibc
import Time
import Transport

// What the benchmarks need of the package's own codecs.
//
//   rdpbench codec NAME COUNT          does one operation COUNT times, and prints nanoseconds an operation
//   rdpbench codecs                    prints the operations' names
//   rdpbench echo ADDRESS:PORT USERS   types until SIGTERM; prints, a line a key, when it was due and how long it took
//                                      to be seen, in nanoseconds of CLOCK_MONOTONIC
let loop = try EventLoop()
switch CommandLine.arguments.dropFirst().map({ $0 }) {
case let arguments where arguments.first == "codec" && arguments.count == 3:
    let name = arguments[1]
    guard let run = Codec(rawValue: name)?.run ?? DatagramCodec(rawValue: name)?.run, let count = Int(arguments[2]) else { exit(64) }
    let began = loop.now
    try run(count)
    print((loop.now - began).inSeconds * 1e9 / Double(count))
case ["codecs"]:
    for name in Codec.allCases.map(\.rawValue) + DatagramCodec.allCases.map(\.rawValue) { print(name) }
case let arguments where arguments.first == "echo" && arguments.count == 3:
    guard let users = Int(arguments[2]) else { exit(64) }
    let target = try Endpoint(parsing: arguments[1])
    let typists = try (0..<users).map { number in
        try Echo(to: target, number: number, every: .milliseconds(20), on: loop) { time, latency in
            print("\(time.nanoseconds) \(Int64(latency.inSeconds * 1e9))")
        }
    }
    let ending = loop.onSignal(SIGTERM) { loop.stop() }
    loop.run()
    ending.cancel()
    withExtendedLifetime(typists) {}
default: exit(64)
}
