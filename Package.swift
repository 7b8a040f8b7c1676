// swift-tools-version: 6.2
import PackageDescription

/// `~Escapable` views over the receive buffer (`ByteReader`) need lifetime annotations, which Swift 6.3 still calls
/// experimental; they are what lets a decoder read the kernel's bytes in place without a copy and without a pointer.
let settings: [SwiftSetting] = [.enableExperimentalFeature("Lifetimes")]

let argumentParser = Target.Dependency.product(name: "ArgumentParser", package: "swift-argument-parser")
let deque = Target.Dependency.product(name: "DequeModule", package: "swift-collections")
let heap = Target.Dependency.product(name: "HeapModule", package: "swift-collections")
let logging = Target.Dependency.product(name: "Logging", package: "swift-log")
let histogram = Target.Dependency.product(name: "Histogram", package: "hdrhistogram-swift")

/// The floors of the house, from the top down. A target lies in the folder of its floor and may import from its own floor and
/// the floors below it.
enum Floor: String {
    case programs = "Programs"
    case lab = "Lab"
    case server = "Server"
    case load = "Load"
    case observation = "Observation"
    case protocols = "Protocols"
    case base = "Base"
}

func library(_ floor: Floor, _ name: String, _ dependencies: [Target.Dependency] = []) -> Target {
    .target(name: name, dependencies: dependencies, path: "Sources/\(floor.rawValue)/\(name)", swiftSettings: settings)
}

func program(_ name: String, _ library: String, _ more: [Target.Dependency] = []) -> Target {
    .executableTarget(
        name: name, dependencies: [.init(stringLiteral: library), "Arguments", "Version", argumentParser] + more,
        path: "Sources/Programs/\(name)", swiftSettings: settings)
}

func cLibrary(_ floor: Floor, _ name: String, pkgConfig: String, package: String) -> Target {
    .systemLibrary(
        name: name, path: "Sources/\(floor.rawValue)/\(name)", pkgConfig: pkgConfig, providers: [.apt([package])])
}

func tests(_ floor: Floor, _ name: String, _ dependencies: [Target.Dependency]) -> Target {
    .testTarget(
        name: name, dependencies: dependencies, path: "Tests/\(floor.rawValue)/\(name)", swiftSettings: settings)
}

func testSupport(_ name: String, _ dependencies: [Target.Dependency] = []) -> Target {
    .target(name: name, dependencies: dependencies, path: "Tests/Support/\(name)", swiftSettings: settings)
}

let package = Package(
    name: "tslab",
    products: [
        .executable(name: "tsserver", targets: ["tsserver"]),
        .executable(name: "tsclient", targets: ["tsclient"]),
        .executable(name: "tsload", targets: ["tsload"]),
        .executable(name: "tslab", targets: ["tslab"]),
        .executable(name: "tsghosts", targets: ["tsghosts"]),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", exact: "1.8.2"),
        .package(url: "https://github.com/apple/swift-collections", exact: "1.6.0"),
        .package(url: "https://github.com/apple/swift-log", exact: "1.16.2"),
        .package(url: "https://github.com/HdrHistogram/hdrhistogram-swift", exact: "0.2.0"),
    ],
    targets: [
        // Programs: parse the arguments, call one library.
        program("tsserver", "TerminalServer", ["ProgramLog", logging]),
        program("tsclient", "TerminalClient", ["ProgramLog", logging]),
        program("tsload", "LoadGenerator", ["ProgramLog", logging]),
        program("tslab", "Lab", ["Describing", "Line", "LoadGenerator", "Netlab", "ProgramLog", "RDP", "Transport"]),
        // Copied alone to a host in trouble: with --static-swift-stdlib it needs glibc and nothing else.
        .executableTarget(
            name: "tsghosts", dependencies: ["Ghosts", "SocketDiag", "CLinux", "Addresses", "Time", "Version", argumentParser],
            path: "Sources/Programs/tsghosts", swiftSettings: settings),
        library(.programs, "Arguments", ["Describing", "Transport", "EventLoop", "Time", "Wire", argumentParser]),
        .executableTarget(
            name: "rdpbench", dependencies: ["RDP", "SPX", "NBF", "Transport", "EventLoop", "Time", "Wire"], path: "Benchmarks/rdpbench",
            swiftSettings: settings),

        // Programs as libraries.
        library(
            .server, "TerminalServer",
            [
                "COpenSSL", "Contracts", "LineControl", "ProgramLog", "Slab", "Sessions", "Liveness", "RDP", "Transport", "EventLoop",
                "Time", "Version", "Wire", deque, heap, logging,
            ]),
        library(.load, "TerminalClient", ["RDP", "Transport", "EventLoop", "Time", "Wire", logging]),
        library(
            .load, "LoadGenerator",
            ["Describing", "Random", "TerminalClient", "Faults", "Netlab", "RDP", "Transport", "EventLoop", "Time", "Wire", heap, logging]),
        library(
            .lab, "Lab",
            [
                "Contracts", "Describing", "LoadGenerator", "Transport", "RDP", "Wire", "Measurement", "Netlab", "Line",
                "LineControl", "Faults", "Liveness", "Sessions", "CLinux", "EventLoop", "Time", "Version", logging,
            ]),

        // The domain.
        // The JSON that others hold on to.
        library(.protocols, "Contracts", ["Faults", "RDP", "Sessions", "Time"]),
        library(.protocols, "Sessions", ["Time", "Wire"]),
        library(.protocols, "Liveness", ["Describing", "Slab", "Time", heap]),
        library(.protocols, "Faults", ["Describing", "Random", "Time"]),
        library(.protocols, "Line", ["Describing", "Random", "Time", "Wire", deque, heap]),
        library(.observation, "Ghosts", ["Addresses", "Time"]),
        library(.observation, "SocketDiag", ["Addresses", "CLinux", "Ghosts"]),
        library(.observation, "Netlab", ["CNftables", "CLinux", "SocketDiag", "Ghosts", "Line", "EventLoop", "Time", "Wire"]),
        library(.observation, "LineControl", ["Line", "EventLoop", "Time", "Wire"]),
        library(
            .observation, "Measurement",
            ["Contracts", "Sessions", "Faults", "Line", "SPX", "NBF", "Wire", "CPcap", "Time", histogram]),

        // The wire: pure codecs and protocol machines.
        library(.protocols, "RDP", ["COpenSSL", "Wire"]),
        library(.protocols, "NBF", ["Time", "Wire"]),
        library(.protocols, "SPX", ["Wire", "Time"]),

        // One Connection face over every transport.
        library(.protocols, "Transport", ["Describing", "NBF", "SPX", "EventLoop", "Liveness", "Time", "Wire", heap]),
        library(.base, "EventLoop", ["Addresses", "CLibevent", "CLinux", "COpenSSL", "Time", "Wire", deque]),

        library(.base, "ProgramLog", ["Wire", logging]),

        // What everything stands on: bytes, time and a container, with no I/O and no clock.
        library(.base, "Addresses"),
        library(.base, "Slab"),
        library(.base, "Random"),
        library(.base, "Version"),
        library(.base, "Wire"),
        library(.base, "Time", [deque]),
        library(.base, "Describing", ["Time"]),

        cLibrary(.base, "CLibevent", pkgConfig: "libevent_openssl", package: "libevent-dev"),
        cLibrary(.base, "COpenSSL", pkgConfig: "openssl", package: "libssl-dev"),
        cLibrary(.observation, "CNftables", pkgConfig: "libnftables", package: "libnftables-dev"),
        cLibrary(.observation, "CPcap", pkgConfig: "libpcap", package: "libpcap-dev"),
        .target(name: "CLinux", path: "Sources/Base/CLinux"),

        tests(.programs, "ArgumentsTests", ["Arguments"]),
        tests(
            .base, "EventLoopTests",
            ["Random", "EventLoop", "LoopTestSupport", "MeasuringTestSupport", "Netlab", "NetlabTestSupport", "Time", "Wire"]),
        tests(.protocols, "ContractsTests", ["Contracts", "Faults", "Sessions", "Time"]),
        tests(.protocols, "FaultsTests", ["Random", "Faults", "Time"]),
        tests(.observation, "GhostsTests", ["Ghosts", "Addresses", "Time"]),
        tests(
            .programs, "GhostsProgramTests",
            [
                "tsghosts", "Ghosts", "Random", "Addresses", "Line", "LineControl", "Netlab", "NetlabTestSupport", "ProgramTestSupport",
                "EventLoop", "TemporaryTestSupport", "Time",
            ]),
        tests(
            .lab, "LabTests",
            [
                "Contracts", "Lab", "Faults", "Liveness", "Measurement", "NBF", "ProgramTestSupport", "TemporaryTestSupport", "Time",
                "Transport",
            ]),
        // The examples of docs/extending.md.
        tests(
            .lab, "ExtendingTests",
            [
                "Contracts", "Describing", "Lab", "Faults", "Liveness", "LoadGenerator", "TerminalClient", "Transport", "EventLoop",
                "LoopTestSupport", "Slab", "Time", logging,
            ]),
        tests(
            .programs, "LineProgramTests",
            [
                "tslab", "Lab", "Line", "LineControl", "Measurement", "Netlab", "NetlabTestSupport", "EventLoop", "TemporaryTestSupport",
                "Time",
            ]),
        tests(.protocols, "LineTests", ["Random", "Line", "Time"]),
        tests(.protocols, "LivenessTests", ["Describing", "Random", "Liveness", "Line", "Measurement", "MeasuringTestSupport", "Time"]),
        tests(.load, "LoadGeneratorTests", ["LoadGenerator", "EventLoop", "Faults", "LoopTestSupport", "RDP", "Time", "Transport"]),
        tests(
            .observation, "MeasurementTests",
            ["Contracts", "Random", "Measurement", "Sessions", "Faults", "Netlab", "NetlabTestSupport", "TemporaryTestSupport", "Time"]),
        tests(.protocols, "NBFTests", ["Random", "PacketTestSupport", "NBF", "Time", "Wire"]),
        tests(
            .observation, "NetlabTests",
            ["Netlab", "NetlabTestSupport", "Line", "LineControl", "EventLoop", "TemporaryTestSupport", "Time"]),
        tests(
            .programs, "ProgramTests",
            [
                "Contracts", "Describing", "Faults", "Line", "Liveness", "LoadGenerator", "Measurement", "Netlab", "NetlabTestSupport",
                "ProgramTestSupport", "MeasuringTestSupport", "TemporaryTestSupport", "Transport",
            ]),
        tests(.base, "ProgramLogTests", ["ProgramLog", logging]),
        tests(.protocols, "RDPTests", ["Random", "PacketTestSupport", "RDP", "Wire"]),
        tests(.protocols, "SPXTests", ["Random", "PacketTestSupport", "SPX", "Time", "Wire"]),
        tests(.protocols, "SessionsTests", ["Random", "Sessions", "Time"]),
        tests(.base, "SlabTests", ["Slab"]),
        tests(
            .server, "TerminalServerTests",
            [
                "Random", "TerminalServer", "TerminalClient", "Sessions", "Liveness", "Faults", "RDP", "Transport", "EventLoop",
                "LoopTestSupport", "Netlab", "NetlabTestSupport", "TemporaryTestSupport", "Time", "Wire", logging,
            ]),
        tests(.base, "TimeTests", ["Time"]),
        tests(.base, "DescribingTests", ["Describing", "Time"]),
        tests(
            .protocols, "TransportTests",
            [
                "Describing", "Transport", "NBF", "SPX", "EventLoop", "Liveness", "LoopTestSupport", "MeasuringTestSupport", "Time", "Wire",
            ]),
        tests(.base, "WireTests", ["Wire"]),
        // Reads the repository: floors, forms, dead code, links, sources.
        .testTarget(name: "TidyTests", path: "Tests/Tidy/TidyTests", swiftSettings: settings),

        // What tests share.
        testSupport("LoopTestSupport", ["EventLoop", "TemporaryTestSupport", "Time", "Wire"]),
        testSupport("MeasuringTestSupport"),
        testSupport("NetlabTestSupport", ["Netlab"]),
        testSupport("PacketTestSupport"),
        testSupport("ProgramTestSupport", ["Netlab", "TemporaryTestSupport"]),
        testSupport("TemporaryTestSupport"),
        // What scripts/fuzz feeds, and what replays its corpus in the suite.
        .target(
            name: "FuzzTargets",
            dependencies: ["RDP", "SPX", "NBF", "Line", "Random", "Wire", "EventLoop", "Faults", "Liveness", "TerminalClient", "Time"],
            path: "Tests/Fuzz/Targets", swiftSettings: settings),
        .testTarget(
            name: "FuzzTests", dependencies: ["FuzzTargets", "RDP", "Wire"], path: "Tests/Fuzz/Replay", swiftSettings: settings),
        tests(.programs, "StockPeerTests", ["Sessions", "tsserver", "tsclient", "TemporaryTestSupport"]),
    ],
    swiftLanguageModes: [.v6]
)
