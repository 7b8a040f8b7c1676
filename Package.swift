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
        program("tslab", "Lab"),

        // Programs as libraries.
        library("TerminalServer", ["Sessions", "Liveness", "RDP", "Transport", "EventLoop", "Time", "Wire", logging]),
        library("TerminalClient", ["RDP", "Transport", "EventLoop", "Time", "Wire", logging]),
        library(
            "LoadGenerator",
            ["TerminalClient", "Faults", "Netlab", "RDP", "Transport", "EventLoop", "Time", "Wire", heap, logging]),
        library("Lab", ["TerminalServer", "RDP", "Wire", "Measurement", "Netlab", "Faults", "Liveness", "Sessions", "EventLoop", "Time", logging]),

        // The domain.
        library("Sessions", ["Time"]),
        library("Liveness", ["Time", deque]),
        library("Faults", ["Time"]),
        library("Netlab", ["CNftables", "CLinux", "EventLoop", "Time"]),
        library("Measurement", ["Sessions", "Faults", "RDP", "Wire", "CPcap", "Time", histogram]),

        // The wire: pure codecs and protocol machines.
        library("RDP", ["COpenSSL", "Wire"]),

        // One Connection face over every transport.
        library("Transport", ["EventLoop", "Liveness", "Time"]),
        library("EventLoop", ["CLibevent", "CLinux", "COpenSSL", "Time", "Wire"]),

        // What everything stands on: bytes and time, with no I/O and no clock.
        library("Wire"),
        library("Time", [deque]),

        .systemLibrary(
            name: "CLibevent", pkgConfig: "libevent_openssl", providers: [.apt(["libevent-dev"])]),
        .systemLibrary(name: "COpenSSL", pkgConfig: "openssl", providers: [.apt(["libssl-dev"])]),
        .systemLibrary(
            name: "CNftables", pkgConfig: "libnftables", providers: [.apt(["libnftables-dev"])]),
        .systemLibrary(name: "CPcap", pkgConfig: "libpcap", providers: [.apt(["libpcap-dev"])]),
        .target(name: "CLinux"),

        tests("RDPTests", ["RDP", "Wire"]),
        tests("WireTests", ["Wire"]),
        tests("TimeTests", ["Time"]),
        .target(name: "NetlabTestSupport", dependencies: ["Netlab"], path: "Tests/NetlabTestSupport"),
        tests("NetlabTests", ["Netlab", "NetlabTestSupport", "EventLoop", "Time"]),
        tests("StockPeerTests", ["Sessions", "tsserver", "tsclient"]),
        tests("MeasurementTests", ["Measurement", "Netlab", "NetlabTestSupport"]),
    ],
    swiftLanguageModes: [.v6]
)
