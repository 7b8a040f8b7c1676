import Testing

@testable import Netlab

@Suite struct WithoutNetwork {
    @Test func dumpcapsLastLinesAreRead() {
        let text = """
            Capturing on 'tslab0'
            File: /tmp/a.pcapng
            Packets captured: 12
            Packets received/dropped on interface 'tslab0': 12/3 (pcap:3/dumpcap:0/flushed:0/ps_ifdrop:0) (80.0%)
            """
        #expect(Capture.Counts(summary: text) == Capture.Counts(captured: 12, dropped: 3))
        #expect(Capture.Counts(summary: "Capturing on 'tslab0'\n") == nil)
    }

    @Test func serverAddressesCountOn() {
        #expect(PrivateNetwork.serverAddress(1).dottedQuad == "198.19.1.1")
        #expect(PrivateNetwork.serverAddress(300).dottedQuad == "198.19.2.44")
        #expect(PrivateNetwork.serverAddress(PrivateNetwork.mostServerAddresses).dottedQuad == "198.19.255.255")
    }

    @Test func errorsNameTheWayOut() {
        #expect(NetlabError.notPermitted(action: "x").description.contains("CAP_NET_ADMIN"))
        #expect(NetlabError.namespacesRefused(message: "unshare failed:\nno").description.contains("root, or in a container"))
        #expect(throws: NetlabError.noSuchNamespace("nowhere")) { try NetworkNamespace(named: "nowhere") }
        #expect(throws: NetlabError.program(command: "no-such-program", message: "not found on PATH")) {
            try Command.run("no-such-program", [])
        }
        #expect(throws: NetlabError.program(command: "sh -c echo bad; exit 3", message: "bad\n")) {
            try Command.run("sh", ["-c", "echo bad; exit 3"])
        }
    }
}
