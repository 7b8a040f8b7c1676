import Foundation
import ProgramTestSupport
import Testing

/// What an independent dissector makes of whole sessions of ours, both ways.
@Suite(.enabled(if: AnalysedSession.tools.allSatisfy(FileManager.default.isExecutableFile), "needs \(AnalysedSession.tools)"))
struct AnalyserTests {
    /// Everything that is said where nothing is hidden.
    private static let sayings = [
        "Negotiate Request", "Negotiate Response", "ClientData", "ServerData", "attachUserRequest", "attachUserConfirm",
        "channelJoinRequest", "channelJoinConfirm", "ClientInfo", "Confirm Active PDU", "Capabilities response",
        "Fast-Path PDU", "Autodetect Req", "Autodetect Resp", "Suppress Output", "disconnectProviderUltimatum",
    ]

    @Test func withoutEncryptionEveryByteIsUnderstood() throws {
        let session = try AnalysedSession(server: "--security rdp --encryption-level none", client: "--security none")
        for packet in try session.packets() { check(packet, session) }
        try checkWhole(session, try session.repacked(isTLS: false))
    }

    @Test func underTLSEveryByteIsUnderstoodOnceItIsDeciphered() throws {
        let session = try AnalysedSession(server: "--security tls", client: "--security tls")
        try checkWhole(session, try session.repacked(isTLS: true))
    }

    @Test(arguments: ["client-compatible", "high"])
    func underRC4EverythingIsUnderstoodUpToWhatIsEncrypted(level: String) throws {
        let session = try AnalysedSession(
            server: "--security rdp --encryption-level \(level)", client: "--security rdp")
        let packets = try session.packets()
        // tshark takes no notice of fast-path input's being encrypted, and of nothing but that.
        let fast = packets.filter { $0.info.contains("Fast-Path PDU") }
        #expect(!fast.isEmpty && fast.allSatisfy { !$0.isServers })
        for packet in packets where !packet.info.contains("Fast-Path PDU") { check(packet, session) }
        #expect(packets.contains { $0.info.contains("Encryption: 128-bit RC4") }, "\(session.said)")
        for saying in Self.sayings.prefix(9) { #expect(packets.contains { $0.info.contains(saying) }, "\(saying)") }
        #expect(packets.filter { $0.info.contains("[Encrypted]") }.count >= 5)
        #expect(!packets.contains { $0.info.contains("Confirm Active") })
    }

    private static func has(_ programs: String...) -> Bool {
        programs.allSatisfy { FileManager.default.isReadableFile(atPath: $0) }
    }

    /// What our server says to a client that nobody here wrote.
    @Test(.enabled(if: has("/usr/bin/xfreerdp", "/usr/bin/Xvfb"), "needs xfreerdp and Xvfb"))
    func withXfreerdpOurServersEveryByteIsUnderstood() throws {
        let session = try AnalysedSession(
            serverCommand: AnalysedSession.tsserver("--security rdp --encryption-level none"),
            clientCommand: """
                Xvfb -displayfd 3 -nolisten tcp 3>display >/dev/null 2>&1 &
                until [ -s display ]; do sleep 0.1; done
                DISPLAY=:$(cat display) HOME=. timeout 6 xfreerdp /v:127.0.0.1 /sec:rdp /cert:ignore /u:anna /p:x
                """)
        let packets = try session.packets(of: try session.repacked(isTLS: false))
        for packet in packets where packet.isServers { check(packet, session) }
        #expect(packets.contains { $0.isServers && $0.layers.contains("rdp_drdynvc") }, "\(session.said)")
        #expect(packets.filter(\.isServers).count > 20, "\(session.said)")
    }

    /// What our client says to a server that nobody here wrote.
    @Test(.enabled(if: has("/usr/sbin/xrdp", "/etc/xrdp/rsakeys.ini"), "needs xrdp and its keys"))
    func withXrdpOurClientsEveryByteIsUnderstood() throws {
        let session = try AnalysedSession(
            serverCommand: """
                sed -e 's/^security_layer=.*/security_layer=rdp/' -e 's/^crypt_level=.*/crypt_level=none/' \
                    -e 's/^LogFile=.*/LogFile=.\\/xrdp.log/' -e 's/^EnableSyslog=.*/EnableSyslog=false/' \
                    /etc/xrdp/xrdp.ini >xrdp.ini
                /usr/sbin/xrdp --nodaemon --config xrdp.ini
                """, clientCommand: AnalysedSession.tsclient("--security none"))
        let packets = try session.packets(of: try session.repacked(isTLS: false))
        for packet in packets where !packet.isServers { check(packet, session) }
        for saying in ["ClientData", "ClientInfo", "Confirm Active PDU", "Fast-Path PDU", "Suppress Output"] {
            #expect(packets.contains { !$0.isServers && $0.info.contains(saying) }, "\(saying): \(session.said)")
        }
    }

    private func checkWhole(_ session: AnalysedSession, _ file: String) throws {
        let packets = try session.packets(of: file)
        for packet in packets { check(packet, session) }
        for saying in Self.sayings {
            #expect(packets.contains { $0.info.contains(saying) }, "\(saying) in \(packets.map(\.info)); \(session.said)")
        }
        // Demand Active and its answer (MS-RDPBCGR 2.2.8.1.1.1.1), and data.
        let kinds = Set(try session.values(of: "rdp.pduType.type", in: file))
        #expect(kinds == ["0x0001", "0x0003", "0x0007"], "\(kinds)")
        // Of data (2.2.8.1.1.1.2): update, control, synchronize, suppress output, save session info, font list, font map.
        let data = Set(try session.values(of: "rdp.pduType2", in: file))
        #expect(data == ["2", "20", "31", "35", "38", "39", "40"], "\(data)")
    }

    private func check(_ packet: AnalysedSession.Packet, _ session: AnalysedSession) {
        let told = "\(packet.number): \(packet.layers.joined(separator: ":")) \(packet.info), in \(session.directory.path)"
        #expect(!packet.isMalformed && !packet.layers.contains("data") && !packet.info.contains("Continuation"), "\(told)")
        let isFastPath = packet.layers.suffix(2) == ["tpkt", "rdp"]
        #expect(packet.layers.contains("cotp") || isFastPath, "\(told)")
        // To a client that does not negotiate there is nothing to say but the transport's confirmation.
        let isBare = packet.info.hasPrefix("CC TPDU") && packet.layers.last == "cotp"
        #expect(isBare || ["rdp", "t125", "t124", "rdp_drdynvc"].contains(packet.layers.last), "\(told)")
    }
}
