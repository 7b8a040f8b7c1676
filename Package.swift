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

func library(_ name: String, _ dependencies: [Target.Dependency] = [], resources: [Resource] = []) -> Target {
    .target(name: name, dependencies: dependencies, resources: resources, swiftSettings: settings)
}

func program(_ name: String, _ library: String, _ more: [Target.Dependency] = []) -> Target {
    .executableTarget(name: name, dependencies: [.init(stringLiteral: library), argumentParser] + more, swiftSettings: settings)
}

func tests(_ name: String, _ dependencies: [Target.Dependency]) -> Target {
    .testTarget(name: name, dependencies: dependencies, swiftSettings: settings)
}

let package = Package(
    name: "tslab",
    products: [
        .executable(name: "tsserver", targets: ["tsserver"]),
        .executable(name: "tsclient", targets: ["tsclient"]),
        .executable(name: "tsload", targets: ["tsload"]),
        .executable(name: "tslab", targets: ["tslab"]),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/apple/swift-collections", from: "1.6.0"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
        .package(url: "https://github.com/HdrHistogram/hdrhistogram-swift", from: "0.2.0"),
    ],
    targets: [
        // Programs: parse the arguments, call one library.
        program("tsserver", "TerminalServer", [logging]),
        program("tsclient", "TerminalClient", [logging]),
        program("tsload", "LoadGenerator", [logging]),
        program("tslab", "Lab", ["Line", "LoadGenerator", "RDP", "Transport"]),
        .executableTarget(
            name: "rdpbench", dependencies: ["RDP", "SPX", "NBF", "Transport", "EventLoop", "Time", "Wire"], path: "Benchmarks/rdpbench",
            swiftSettings: settings),

        // Programs as libraries.
        library(
            "TerminalServer",
            ["LineControl", "Slab", "Sessions", "Liveness", "RDP", "Transport", "EventLoop", "Time", "Wire", logging]),
        library("TerminalClient", ["RDP", "Transport", "EventLoop", "Time", "Wire", logging]),
        library(
            "LoadGenerator",
            ["TerminalClient", "Faults", "Netlab", "RDP", "Transport", "EventLoop", "Time", "Wire", heap, logging]),
        library(
            "Lab",
            [
                "TerminalServer", "LoadGenerator", "Transport", "SPX", "NBF", "RDP", "Wire", "Measurement", "Netlab", "Line",
                "LineControl", "Faults", "Liveness", "Sessions", "EventLoop", "Time", logging,
            ]),

        // The domain.
        library("Sessions", ["Time"]),
        library("Liveness", ["Slab", "Time", heap]),
        library("Faults", ["Time"]),
        library("Line", ["Faults", "Time", "Wire", deque, heap]),
        library("Netlab", ["CNftables", "CLinux", "Line", "EventLoop", "Time"]),
        library("LineControl", ["Line", "EventLoop", "Time"]),
        library("Measurement", ["Sessions", "Faults", "Line", "RDP", "SPX", "NBF", "Wire", "CPcap", "Time", histogram]),

        // The wire: pure codecs and protocol machines.
        library("RDP", ["COpenSSL", "Wire"]),
        library("NBF", ["Time", "Wire"]),
        library("SPX", ["Wire", "Time"]),

        // One Connection face over every transport.
        library("Transport", ["NBF", "SPX", "EventLoop", "Liveness", "Time", "Wire", heap]),
        library("EventLoop", ["CLibevent", "CLinux", "COpenSSL", "Time", "Wire", deque]),

        // What everything stands on: bytes, time and a container, with no I/O and no clock.
        library("Slab"),
        library("Wire"),
        library("Time", [deque]),

        .systemLibrary(
            name: "CLibevent", pkgConfig: "libevent_openssl", providers: [.apt(["libevent-dev"])]),
        .systemLibrary(name: "COpenSSL", pkgConfig: "openssl", providers: [.apt(["libssl-dev"])]),
        .systemLibrary(
            name: "CNftables", pkgConfig: "libnftables", providers: [.apt(["libnftables-dev"])]),
        .systemLibrary(name: "CPcap", pkgConfig: "libpcap", providers: [.apt(["libpcap-dev"])]),
        .target(name: "CLinux"),

        tests(
            "EventLoopTests", ["EventLoop", "Faults", "LoopTestSupport", "Netlab", "NetlabTestSupport", "Time", "Wire"]),
        tests("FaultsTests", ["Faults", "Time"]),
        tests("LabTests", ["Lab", "Faults", "Measurement", "NBF", "ProgramTestSupport", "Time"]),
        tests(
            "LineProgramTests",
            ["tslab", "Lab", "Line", "LineControl", "Measurement", "Netlab", "NetlabTestSupport", "EventLoop", "Time"]),
        tests("LineTests", ["Line", "Faults", "Time"]),
        tests("LivenessTests", ["Liveness", "Line", "Measurement", "Faults", "MeasuringTestSupport", "Time"]),
        tests("LoadGeneratorTests", ["LoadGenerator", "RDP", "Time"]),
        tests("MeasurementTests", ["Measurement", "Sessions", "Faults", "Netlab", "NetlabTestSupport", "Time"]),
        tests("NBFTests", ["Faults", "PacketTestSupport", "NBF", "Time", "Wire"]),
        tests("NetlabTests", ["Netlab", "NetlabTestSupport", "Line", "LineControl", "EventLoop", "Time"]),
        tests("ProgramTests", ["Measurement", "Netlab", "NetlabTestSupport", "ProgramTestSupport", "MeasuringTestSupport"]),
        tests("RDPTests", ["Faults", "PacketTestSupport", "RDP", "Wire"]),
        tests("SPXTests", ["Faults", "PacketTestSupport", "SPX", "Time", "Wire"]),
        tests("SessionsTests", ["Sessions", "Faults", "Time"]),
        tests("SlabTests", ["Slab"]),
        tests(
            "TerminalServerTests",
            [
                "TerminalServer", "TerminalClient", "Sessions", "Liveness", "Faults", "RDP", "Transport", "EventLoop",
                "LoopTestSupport", "Netlab", "Time", "Wire", logging,
            ]),
        tests("TimeTests", ["Time"]),
        tests(
            "TransportTests",
            ["Transport", "NBF", "EventLoop", "Liveness", "LoopTestSupport", "MeasuringTestSupport", "Time", "Wire"]),
        tests("WireTests", ["Wire"]),

        // What tests share.
        .target(
            name: "LoopTestSupport", dependencies: ["EventLoop", "Time", "Wire"], path: "Tests/LoopTestSupport",
            swiftSettings: settings),
        .target(name: "MeasuringTestSupport", path: "Tests/MeasuringTestSupport"),
        .target(name: "NetlabTestSupport", dependencies: ["Netlab"], path: "Tests/NetlabTestSupport"),
        .target(name: "PacketTestSupport", path: "Tests/PacketTestSupport"),
        .target(
            name: "ProgramTestSupport", dependencies: ["Netlab"], path: "Tests/ProgramTestSupport", swiftSettings: settings),
        // What scripts/fuzz feeds, and what replays its corpus in the suite.
        .target(
            name: "FuzzTargets",
            dependencies: ["RDP", "SPX", "NBF", "Line", "Wire", "EventLoop", "Faults", "Liveness", "TerminalClient", "Time"],
            path: "Tests/Fuzz/Targets", swiftSettings: settings),
        .testTarget(
            name: "FuzzTests", dependencies: ["FuzzTargets", "RDP", "Wire"], path: "Tests/Fuzz/Replay", swiftSettings: settings),
        tests("StockPeerTests", ["Sessions", "tsserver", "tsclient"]),
    ],
    swiftLanguageModes: [.v6]
)
