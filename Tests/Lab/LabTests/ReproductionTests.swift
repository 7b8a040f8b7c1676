import Contracts
import Faults
import Foundation
import Measurement
import ProgramTestSupport
import Testing

/// The article, as shipped and cured, on the real programs in their private network. One run serves all the tests.
extension LabRuns {
    @Suite struct ReproductionTests {
        private static let run = Result { try Run(["--clients", "60", "--horizon", "40s", "--transport", "tcp"]) }

        @Test func showsEverythingItSetOutToShow() throws {
            let run = try Self.run.get()
            #expect(try run.broken() == [])
            #expect(run.outcome.code == 0)
        }

        @Test(arguments: [Fault.powerOff, .reboot, .hang])
        func asShippedEveryOrphanStaysAndEveryUserIsKeptOut(fault: Fault) throws {
            let cell = try Self.run.get().cell("none", fault)
            #expect(cell.faulted == 60 && cell.orphansAtHorizon == 60 && cell.detected == 0)
            #expect(cell.detectionSeconds == DetectionSeconds(p50: nil, p90: nil, p99: nil, max: nil))
            #expect(cell.reconnects.blocked == 60 && cell.reconnects.resumed == 0)
            #expect(cell.liveness.packets == 0)
            #expect(abs(cell.orphanSeconds - 60 * 40) < 0.001)
        }

        @Test func keepaliveKnowsAPowerCutWithinItsBound() throws {
            let cell = try Self.run.get().cell("tcp-keepalive", .powerOff)
            // time 10 s, interval 2 s, count 3 (tcp(7)), and a second.
            #expect(try #require(cell.detectionSeconds.max) <= 17)
            // No sooner than the last probe's answer is due, however long the client had been silent before.
            #expect(try #require(cell.detections.first) >= 6)
            #expect(cell.reconnects.resumed == 60)
        }

        @Test func aRebootedMachineResetsTheFirstProbe() throws {
            let cell = try Self.run.get().cell("tcp-keepalive", .reboot)
            #expect(cell.detectionReasons == ["peer-reset": 60])
            #expect(try #require(cell.detectionSeconds.max) <= 11)
        }

        @Test func keepaliveNeverSeesAHang() throws {
            let cell = try Self.run.get().cell("tcp-keepalive", .hang)
            #expect(cell.detected == 0 && cell.orphansAtHorizon == 60)
            #expect(cell.liveness.packets > 0)
        }

        @Test func aHeartbeatSeesAHang() throws {
            let cell = try Self.run.get().cell("heartbeat", .hang)
            // interval 3 s, misses 3, and a second.
            #expect(try #require(cell.detectionSeconds.max) <= 10)
            #expect(cell.detectionReasons == ["heartbeat-missed": 60])
            #expect(cell.reconnects.resumed == 60 && cell.reconnects.altered == 0)
        }

        @Test(arguments: ["none", "tcp-keepalive", "heartbeat", "clock"])
        func aKillIsKnownAtOnce(policy: String) throws {
            let cell = try Self.run.get().cell(policy, .kill)
            #expect(try #require(cell.detectionSeconds.max) < 1)
        }

        @Test func nobodyWhoIsWellLosesHisSession() throws {
            for cell in try Self.run.get().results.cells {
                #expect(cell.healthy == 15 && cell.falseDisconnects == 0 && cell.failures == 0)
            }
        }

        @Test func theKernelAgreesOnEachDetection() throws {
            for cell in try Self.run.get().results.cells {
                #expect(cell.witness.matched == cell.detected)
                #expect(cell.witness.largestDifference <= 0.05)
            }
        }

        /// A client may last have spoken before it had read everything: its first answer to a probe then opens its window, and
        /// tshark names it for that. Nothing but a probe makes an idle client say so.
        private static let keepalive = """
            (tcp.analysis.keep_alive or tcp.analysis.keep_alive_ack or tcp.analysis.window_update and tcp.time_relative > 5)
            """

        @Test func keepalivePacketsAreTsharksPacketForPacket() throws {
            let run = try Self.run.get()
            let counts = try run.tshark(Self.keepalive)
            var compared = 0
            for (cell, count) in zip(run.results.cells, counts) {
                switch cell.policy {
                case "tcp-keepalive":
                    #expect(cell.liveness.packets == count, "\(cell.fault)")
                    compared += count
                case "none": #expect(count == 0 && cell.liveness.packets == 0)
                default: break
                }
            }
            #expect(compared > 500)
        }

        @Test func keepaliveBytesAreTsharks() throws {
            let run = try Self.run.get()
            let cell = try run.cell("tcp-keepalive", .hang)
            let number = try #require(run.results.cells.firstIndex { $0.policy == "tcp-keepalive" && $0.fault == .hang }) + 1
            let listed = try Programs.run(
                "/usr/bin/tshark",
                [
                    "-r", run.directory.appendingPathComponent("wire.pcapng").path, "-Y",
                    "ip.addr == 198.19.1.\(number) and \(Self.keepalive)", "-T", "fields", "-e", "ip.len",
                ])
            #expect(listed.output.split(separator: "\n").compactMap { Int($0) }.reduce(0, +) == cell.liveness.bytes)
        }

        @Test func theReportNeedsNothingElse() throws {
            let page = try String(
                contentsOf: try Self.run.get().directory.appendingPathComponent("report.html"), encoding: .utf8)
            #expect(!page.contains("{{") && !page.contains("src=\"http") && !page.contains("<link"))
            let shown = try Programs.run(
                "/usr/bin/chromium",
                [
                    "--headless", "--no-sandbox", "--disable-gpu", "--virtual-time-budget=5000", "--dump-dom",
                    "file://" + (try Self.run.get()).directory.appendingPathComponent("report.html").path,
                ])
            // What the script drew: a panel for each fault and each policy, and the cost.
            #expect(shown.output.components(separatedBy: "<svg").count - 1 == 4 + 4 + 1)
            #expect(shown.output.components(separatedBy: "stroke-width=\"2\"").count > 32)
        }
    }
}
