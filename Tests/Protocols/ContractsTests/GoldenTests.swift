import Contracts
import Faults
import Foundation
import Sessions
import Testing
import Time

/// JSON that others hold on to: what older readers find must stay where it was, and what older versions wrote must be read.
@Suite struct GoldenTests {
    private func encoded(_ value: some Encodable) throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return String(decoding: try encoder.encode(value), as: UTF8.self)
    }

    /// As version 0.8 wrote it: nothing but what is in schema 1 from the beginning.
    private static let oldResults = """
        {"cells":[{"clients":12,"detected":1,"detectionReasons":{"heartbeat-missed":1},"detectionSeconds":{"max":null,"p50":4,\
        "p90":null,"p99":null},"detections":[4],"failures":0,"falseDisconnectReasons":{},"falseDisconnects":0,\
        "falseDisconnectsPerSessionHour":0,"fault":"power-off","faulted":2,"healthy":10,"line":{"calls":0,"causes":{},"charge":0,\
        "chargePer30Days":0,"livenessCalls":0,"livenessCharge":0,"livenessChargePer30Days":0,"replayed":{"calls":0,"charge":0,\
        "upSeconds":0},"seconds":0,"upSeconds":0,"withoutLiveness":{"calls":0,"charge":0,"upSeconds":0}},"liveness":{"bytes":80,\
        "bytesPerSessionHour":160,"packets":2,"packetsPerSessionHour":4},"orphanSeconds":69,"orphans":[{"count":2,"seconds":0}],\
        "orphansAtHorizon":1,"policy":"heartbeat","policyParameters":"heartbeat:interval=3s","reconnects":{"altered":0,\
        "attempted":2,"blocked":1,"refused":0,"resumed":1},"traffic":{"heartbeatRequest":{"bytes":40,"packets":1}},\
        "transport":"tcp","witness":{"largestDifference":0,"matched":1}}],"horizonSeconds":65,"scenario":"q187049","schema":1,\
        "seed":1}
        """

    @Test func oldResultsAreReadAndWrittenAsTheyWere() throws {
        let results = try JSONDecoder().decode(Results.self, from: Data(Self.oldResults.utf8))
        #expect(results.run == nil && results.ended == nil && results.cells[0].detectionSeconds.p50 == 4)
        #expect(try encoded(results) == Self.oldResults)
    }

    @Test func newResultsOnlyAddKeys() throws {
        var results = try JSONDecoder().decode(Results.self, from: Data(Self.oldResults.utf8))
        results.ended = .interrupted
        results.reason = "by SIGINT"
        results.evidenceLost = ["a packet"]
        results.returnAfterSeconds = 56
        results.observedSeconds = 12.5
        results.claimsNotTested = [UntestedClaim(text: "x", reason: "y")]
        results.run = RunInformation(
            version: "0.9.0", startedAt: "2026-11-28T15:00:00Z", host: "vm", kernel: "6.18", arguments: ["tslab", "reproduce"])
        let old = try #require(try JSONSerialization.jsonObject(with: Data(Self.oldResults.utf8)) as? [String: Any])
        let new = try #require(try JSONSerialization.jsonObject(with: Data(encoded(results).utf8)) as? [String: Any])
        for (key, value) in old { #expect((value as? NSObject) == (new[key] as? NSObject), "\(key)") }
        #expect(
            Set(new.keys).subtracting(old.keys) == [
                "ended", "reason", "evidenceLost", "returnAfterSeconds", "observedSeconds", "claimsNotTested", "run",
            ])
        #expect(new["ended"] as? String == "interrupted")
        let run = try #require(new["run"] as? [String: Any])
        #expect(Set(run.keys) == ["version", "startedAt", "host", "kernel", "arguments"])
    }

    @Test func claims() throws {
        #expect(try encoded([Claim(text: "a", holds: true)]) == #"[{"holds":true,"text":"a"}]"#)
        #expect(try encoded([Claim(text: "a", holds: false, seen: "b")]) == #"[{"holds":false,"seen":"b","text":"a"}]"#)
    }

    @Test func eventLines() throws {
        let truth = TruthEvent(t: .zero + .nanoseconds(5), event: .struck, client: "WS00001", address: "198.18.0.1:1024", fault: .powerOff)
        let line = EventLine(cell: "tcp/none/power-off", truth: truth)
        let text = #"""
            {"cell":"tcp/none/power-off","t":5,"truth":{"address":"198.18.0.1:1024","client":"WS00001",\#
            "event":"struck","fault":"power-off","t":5}}
            """#
        #expect(try encoded(line) == text)
        #expect(try JSONDecoder().decode(EventLine.self, from: Data(text.utf8)) == line)
    }

    @Test func sessionsAsTheAdminFaceTellsThem() throws {
        let text = #"""
            {"address":"198.18.0.1:1024","client":"WS00001","heartbeat":"rtt","idleSeconds":1.5,\#
            "keystrokes":3,"logonSeconds":9,"session":2,"state":"Active",\#
            "station":"rdp-tcp#1","user":"anna","windows":["Notepad"]}
            """#
        let record = try JSONDecoder().decode(SessionRecord.self, from: Data(text.utf8))
        #expect(record.state == .active && record.windows == ["Notepad"])
        #expect(try encoded(record) == text)
    }

    @Test func theCommandLineCanBeTypedAgain() {
        let run = RunInformation(
            version: "0.9.0", startedAt: "", host: "", kernel: "",
            arguments: ["/opt/bin/tslab", "sweep", "--policy", "none;clock", "it's", ""])
        #expect(run.commandLine == #"tslab sweep --policy 'none;clock' 'it'\''s' ''"#)
    }
}
