import Time

/// What `tsghosts` prints.
public enum Listing {
    private static let estimate = "~"

    private static func held(_ time: Duration?, exact: Bool) -> String {
        (time.map { DurationText.brief($0) } ?? "for ever") + (exact ? "" : estimate)
    }

    /// One line a server.
    public static func servers(_ census: Census) -> String {
        let table = Columns(
            ["SERVER", "PORT", "CONNS", "NOKEEP", "SILENT", "CLOSED", "UNACKED", "HELD"], widths: [21, 5, 6, 6, 6, 6, 7, 9])
        var lines: [String] = []
        var namespace = -1
        let summaries = census.summaries()
        for summary in summaries {
            if summary.server.namespace != namespace {
                namespace = summary.server.namespace
                if census.namespaces.count > 1 { lines.append("in \(census.namespaces[namespace]):") }
                if lines.count < 2 { lines.append(table.head) }
            }
            lines.append(
                table.row([
                    summary.server.shown, "\(summary.server.port)", "\(summary.connections)", "\(summary.withoutKeepalive)",
                    "\(summary.silent)", "\(summary.windowClosed)", "\(summary.unacknowledged)",
                    held(summary.heldAtMost, exact: summary.isFromSockets),
                ]))
        }
        for summary in summaries where summary.windowClosed > 0 {
            lines.append(
                "\(summary.server.shown): \(summary.windowClosed) do not read, for up to "
                    + "\(DurationText.brief(summary.longestWindowClosed)), \(size(summary.waitingBytes)) waiting")
        }
        return lines.joined(separator: "\n")
    }

    private static func size(_ bytes: Int) -> String {
        for (unit, scale) in [("GiB", 30), ("MiB", 20), ("KiB", 10)] where bytes >> scale > 0 { return "\(bytes >> scale) \(unit)" }
        return "\(bytes) B"
    }

    /// What the heads of ``servers(_:)`` mean.
    public static let legend = """
        NOKEEP: without keepalive. SILENT: nothing received for 10 minutes. CLOSED: the
        peer does not read, so that its window is closed. UNACKED: data in flight.
        HELD: how long a peer that died now would be held at most; one that lives and
        does not read is held for ever. ~: from the system's defaults, where this user
        cannot read the socket's own options.
        """

    /// One line a connection, the worst first.
    public static func connections(_ census: Census) -> String {
        let table = Columns(
            ["PEER", "SERVER", "SILENT", "STATE", "HELD"], widths: [27, 20, 6, 9, 9], leftAligned: [1, 3])
        let states: [HeldAtMost.Situation: String] = [.idle: "idle", .inFlight: "in flight", .windowClosed: "closed"]
        return census.worstFirst().reduce(into: table.head) { text, index in
            let connection = census.connections[index]
            text += "\n"
            text += table.row([
                connection.socket.peer.description, server(census.servers[connection.server], most: 20),
                DurationText.brief(connection.silence), states[connection.held.situation] ?? "",
                held(connection.held.time, exact: connection.held.isFromSocket),
            ])
        }
    }

    /// One line a connection that was asked.
    ///
    /// - Parameter all: those that answered too.
    public static func verdicts(_ census: Census, all: Bool) -> String? {
        let table = Columns(["PEER", "SERVER", "SILENT", "VERDICT"], widths: [27, 18, 6, 23], leftAligned: [1, 3])
        let rows = census.worstFirst().compactMap { index -> String? in
            let connection = census.connections[index]
            let verdict: String
            switch connection.verdict {
            case .notAsked: return nil
            case .answered(let after):
                guard all else { return nil }
                verdict = "answered in \(DurationText.brief(after))"
            case .reset: verdict = "reset: was a ghost"
            case .gone(let questions, _): verdict = "gone: \(questions) unanswered"
            case .cannotAsk: verdict = "cannot ask"
            }
            return table.row([
                connection.socket.peer.description, server(census.servers[connection.server], most: 18),
                DurationText.brief(connection.silence), verdict,
            ])
        }
        return rows.isEmpty ? nil : ([table.head] + rows).joined(separator: "\n")
    }

    /// What asking came to, in a line, and a line for each reason why somebody could not be asked.
    public static func outcome(_ census: Census) -> String {
        var (answered, reset, gone) = (0, 0, 0)
        var reasons: [String: Int] = [:]
        for connection in census.connections {
            switch connection.verdict {
            case .answered: answered += 1
            case .reset: reset += 1
            case .gone: gone += 1
            case .cannotAsk(let why): reasons[why.kind, default: 0] += 1
            case .notAsked: break
            }
        }
        let unasked = reasons.values.reduce(0, +)
        let first = "\(census.connections.count) asked: \(answered) answered, \(gone) gone, \(reset) reset, \(unasked) could not be asked"
        return ([first] + reasons.sorted { ($0.value, $1.key) > ($1.value, $0.key) }.map { "  \($0.value): \($0.key)" })
            .joined(separator: "\n")
    }

    public static func server(_ server: Server, most: Int) -> String {
        let port = ":\(server.port)"
        let name = server.name.isEmpty ? "?" : server.name
        return String(name.prefix(most - port.utf8.count)) + port
    }
}
