import Faults
import Foundation
import Measurement
import NBF
import ProgramTestSupport
import Testing
import Time

/// The article's comparison on the real programs: the same faults over the three transports, nothing switched on anywhere.
extension LabRuns {
    @Suite struct ThreeTransportsTests {
        private static let run = Result {
            try Run(["--clients", "20", "--policy", "none", "--fault", "power-off,reboot,hang,kill,link-cut,freeze"])
        }
        /// SPX: KeepAliveTimeout 6 s x (KeepAliveCount 8 + 1) (Q99745), NetBEUI: Ti 30 s + T1 600 ms x LlcRetries 8
        /// (resource kit), and a second.
        private static let bounds = ["spx": 6.0 * 9 + 1, "nbf": 30 + 0.6 * 8 + 1]

        @Test func showsEverythingItSetOutToShow() throws {
            let run = try Self.run.get()
            #expect(try run.broken() == [])
            #expect(run.outcome.code == 0)
        }

        @Test func aPowerCutIsFoundByTheWatchdogsAndNeverOverTCP() throws {
            let run = try Self.run.get()
            #expect(try run.cell("none", .powerOff).orphansAtHorizon == 20)
            for (transport, bound) in Self.bounds {
                let cell = try run.cell("none", .powerOff, over: transport)
                #expect(try #require(cell.detectionSeconds.max) <= bound, "\(transport)")
                #expect(cell.detectionReasons == ["timed-out": 20] && cell.reconnects.resumed == 20, "\(transport)")
            }
        }

        @Test(arguments: ["tcp", "spx", "nbf"]) func aHangWithALivingDriverIsFoundByNone(transport: String) throws {
            let cell = try Self.run.get().cell("none", .hang, over: transport)
            #expect(cell.detected == 0 && cell.orphansAtHorizon == 20)
            #expect(cell.reconnects.blocked == 20 && cell.reconnects.resumed == 0)
        }

        /// A rebooted LLC station answers the poll with DM (802.2, 7.5); a rebooted SPX drops what it does not know.
        @Test func aRebootIsTheProtocolsAffair() throws {
            let run = try Self.run.get()
            #expect(try run.cell("none", .reboot, over: "nbf").detectionReasons == ["peer-reset": 20])
            #expect(try run.cell("none", .reboot, over: "spx").detectionReasons == ["timed-out": 20])
        }

        @Test(arguments: [Fault.linkCut, .freeze]) func whatHealsInTimeCostsNobodyHisSession(fault: Fault) throws {
            for transport in ["tcp", "spx", "nbf"] {
                let cell = try Self.run.get().cell("none", fault, over: transport)
                #expect(cell.detected == 0 && cell.falseDisconnects == 0 && cell.failures == 0, "\(transport)")
            }
        }

        @Test func spxProbesAreTsharksPacketForPacket() throws {
            let run = try Self.run.get()
            let probes = try run.tshark("spx.ctl.sys == 1 and spx.ctl.send_ack == 1 and spx.dst != 65535")
            let all = try run.tshark("spx")
            for (index, cell) in run.results.cells.enumerated() where cell.transport == "spx" {
                #expect(cell.traffic[.watchdogProbe].packets == probes[index], "\(cell.fault)")
                #expect(probes[index] > 20 && cell.traffic.total.packets == all[index], "\(cell.fault)")
            }
            #expect(try run.tshark("_ws.malformed").allSatisfy { $0 == 0 })
        }

        /// The frames that the datagrams carry, given to tshark as Ethernet's.
        @Test func netBEUIsPollsAndFinalsAreTsharksFrameForFrame() throws {
            let run = try Self.run.get()
            for (index, cell) in run.results.cells.enumerated() where cell.transport == "nbf" {
                let file = run.directory.appendingPathComponent("frames-\(index).pcap")
                try Self.frames(of: run, server: index + 1).write(to: file)
                let count = { (filter: String) in
                    try Programs.run("/usr/bin/tshark", ["-r", file.path, "-Y", filter]).output.split(separator: "\n").count
                }
                let supervisory = "llc.control.ftype == 1"
                #expect(try cell.traffic[.watchdogProbe].packets == count("\(supervisory) and llc.control.p == 1"), "\(cell.fault)")
                #expect(try cell.traffic[.watchdogAnswer].packets == count("\(supervisory) and llc.control.f == 1"), "\(cell.fault)")
                #expect(cell.traffic[.watchdogProbe].packets > 0)
                #expect(try count("_ws.malformed") == 0)
            }
        }

        private static func frames(of run: Run, server: Int) throws -> Data {
            let listed = try Programs.run(
                "/usr/bin/tshark",
                [
                    "-r", run.directory.appendingPathComponent("wire.pcapng").path, "-Y", "udp and ip.addr == 198.19.1.\(server)",
                    "-T", "fields", "-e", "udp.length", "-e", "udp.payload",
                ])
            var capture = FrameCapture()
            for (index, line) in listed.output.split(separator: "\n").enumerated() {
                let fields = line.split(separator: "\t")
                guard fields.count == 2, let length = Int(fields[0]) else { continue }
                var frame = stride(from: 0, to: fields[1].utf8.count - 1, by: 2).compactMap { offset in
                    UInt8(String(decoding: fields[1].utf8.dropFirst(offset).prefix(2), as: UTF8.self), radix: 16)
                }
                // What the capture cut off is data, whose bytes do not matter.
                frame += [UInt8](repeating: 0, count: max(0, length - 8 - frame.count))
                capture.append(frame.span.bytes, at: MonotonicTime(nanoseconds: Int64(index) * 1_000_000))
            }
            return Data(capture.bytes)
        }
    }
}
