import EventLoop
import Liveness
import ProgramLog
import Sessions
import Version

/// `GET /metrics` in the OpenMetrics text format 1.0.
enum MetricsPage {
    static let contentType = "application/openmetrics-text; version=1.0.0; charset=utf-8"

    static func text(of server: TerminalServer) -> String {
        let counters = server.counters
        var page = Page()
        page.family("tsserver_build", "info", "Version of the program.")
        page.sample("tsserver_build_info{version=\"\(Version.current)\"}", 1)
        page.family("tsserver_sessions", "gauge", "Sessions by state.")
        for state in SessionState.allCases {
            page.sample("tsserver_sessions{state=\"\(state.rawValue)\"}", server.sessions.count(state))
        }
        page.gauge("tsserver_open_connections", "Connections that are open now.", server.connections.count)
        page.gauge("tsserver_resident_memory_bytes", "Resident memory of the process.", ProcessMemory.residentBytes)
        page.counter("tsserver_connections", "Connections accepted.", counters.connections)
        page.counter("tsserver_logons", "Desktops that came up.", counters.logons)
        page.counter("tsserver_resumed_logons", "Logons given a Disconnected session.", counters.resumed)
        page.counter(
            "tsserver_blocked_logons", "Logons not given the user's session because it was Active.", counters.blocked)
        page.counter("tsserver_refused_logons", "Clients turned away.", counters.refusals)
        page.counter("tsserver_wrong_passwords", "Passwords that were not the user's.", counters.wrongPasswords)
        page.counter("tsserver_delayed_logons", "Logons refused unheard after wrong passwords.", counters.delayedLogons)
        page.counter(
            "tsserver_unauthenticated_dropped", "Clients that had not logged on and gave way to newer ones.",
            counters.unauthenticatedDropped)
        page.counter("tsserver_protocol_errors", "Connections ended for what the client sent.", counters.protocolErrors)
        page.counter(
            "tsserver_handshake_deadlines", "Connections ended for being too slow to a desktop.", counters.handshakeDeadlines)
        page.counter("tsserver_pdu_deadlines", "Connections ended for half a PDU.", counters.pduDeadlines)
        page.counter("tsserver_heartbeats_sent", "Heartbeats asked of client programs.", counters.heartbeatsSent)
        page.counter("tsserver_heartbeats_answered", "Heartbeats answered by client programs.", counters.heartbeatsAnswered)
        page.counter("tsserver_received_bytes", "Bytes received from clients.", UInt64(counters.bytesReceived))
        page.counter("tsserver_sent_bytes", "Bytes given to the transport.", UInt64(counters.bytesSent))
        page.counter(
            "tsserver_dropped_log_lines", "Log lines dropped because standard error was not read.", UInt64(ErrorOutput.shared.dropped))
        addWatchdogs(of: server, to: &page)
        return page.text + "# EOF\n"
    }

    /// The transports that watch over their connections themselves, and count what it costs.
    private static func addWatchdogs(of server: TerminalServer, to page: inout Page) {
        let watched = server.watchdogTraffic
        guard !watched.isEmpty else { return }
        let parts: [(name: String, help: String, count: (LivenessTraffic) -> LivenessTraffic.Count)] = [
            ("probes_sent", "Watchdog probes sent", \.probesSent), ("answers_sent", "Watchdog answers sent", \.answersSent),
            ("probes_received", "Watchdog probes received", \.probesReceived),
            ("answers_received", "Watchdog answers received", \.answersReceived),
        ]
        for (name, help, count) in parts {
            page.family("tsserver_watchdog_\(name)_packets", "counter", help + ".")
            for (listener, traffic) in watched {
                page.sample("tsserver_watchdog_\(name)_packets_total{listener=\"\(listener)\"}", count(traffic).packets)
            }
            page.family("tsserver_watchdog_\(name)_bytes", "counter", help + ", in bytes from the IP header on.")
            for (listener, traffic) in watched {
                page.sample("tsserver_watchdog_\(name)_bytes_total{listener=\"\(listener)\"}", count(traffic).bytes)
            }
        }
    }

    private struct Page {
        var text = ""

        mutating func family(_ name: String, _ type: String, _ help: String) {
            text += "# TYPE \(name) \(type)\n# HELP \(name) \(help)\n"
        }

        mutating func sample(_ name: String, _ value: some BinaryInteger) {
            text += "\(name) \(value)\n"
        }

        mutating func gauge(_ name: String, _ help: String, _ value: Int) {
            family(name, "gauge", help)
            sample(name, value)
        }

        mutating func counter(_ name: String, _ help: String, _ value: UInt64) {
            family(name, "counter", help)
            sample(name + "_total", value)
        }
    }
}
