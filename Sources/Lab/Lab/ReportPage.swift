import Contracts
import Foundation
import Measurement

/// The run as one HTML file that needs nothing else: the verdict, the curves, the table, the claims.
///
/// The drawing library is Debian's libjs-d3, copied into the page as it is written.
struct ReportPage {
    static let drawingLibrary = "/usr/share/javascript/d3/d3.min.js"

    private let outcome: Outcome

    init(_ outcome: Outcome) { self.outcome = outcome }

    /// - Throws: where the drawing library cannot be read.
    func html() throws -> String {
        let library = try Self.readLibrary()
        let names = CurveNames(outcome.results.cells)
        let labels = outcome.results.cells.map(names.name)
        let parts: [(String, String)] = [
            ("TITLE", Table.escape(outcome.results.run?.commandLine ?? "tslab")),
            ("RUN", Table.escape(run)),
            ("ENDING", ending),
            ("VERDICT", Table.escape(Verdict(outcome).text()).replacingOccurrences(of: "\n", with: "<br>")),
            ("TABLE", ResultsTable(outcome.results).text(as: .html)),
            ("CLAIMS", (outcome.claims.map(Self.item) + outcome.untested.map(Self.item)).joined(separator: "\n")),
            ("POLICIES", outcome.plan.policies.map { "<li><code>\(Table.escape($0.description))</code></li>" }.joined()),
            ("SCRIPT", ReportScript.text + FrontierScript.text),
            ("BOUNDS", try Self.script(BoundLine.all(until: outcome.results.horizonSeconds))),
            // Last, so that nothing in them is taken for a mark.
            ("LABELS", try Self.script(labels)),
            ("DATA", try Self.script(outcome.results)),
            ("LIBRARY", library),
        ]
        return parts.reduce(Self.page) { page, part in
            page.replacingOccurrences(of: "{{\(part.0)}}", with: part.1)
        }
    }

    static func readLibrary() throws -> String {
        guard let text = try? String(contentsOfFile: drawingLibrary, encoding: .utf8) else {
            throw LabError.trouble("\(drawingLibrary) is missing, which draws the report: run scripts/setup, or apt-get install libjs-d3")
        }
        return text
    }

    /// When and where it was, how long users stayed away, and with which version.
    private var run: String {
        var parts: [String] = []
        if let run = outcome.results.run { parts.append("tslab \(run.version), \(run.startedAt), \(run.host), Linux \(run.kernel)") }
        parts.append(
            String(format: "looked at for %.4g s after the fault", outcome.results.observedSeconds ?? outcome.results.horizonSeconds))
        parts.append(
            outcome.results.returnAfterSeconds.map { String(format: "users come back %g s after it", $0) } ?? "users do not come back")
        return parts.joined(separator: "; ")
    }

    /// A paragraph on a run that did not come to its end, or not with all its evidence; empty otherwise.
    private var ending: String {
        let complaints = outcome.end.complaints
        return complaints.isEmpty ? "" : "<p class=\"ending\">\(complaints.map(Table.escape).joined(separator: "<br>"))</p>"
    }

    /// A value as the page's scripts read it: "</" would end the script element.
    private static func script(_ value: some Encodable) throws -> String {
        String(decoding: try JSONEncoder().encode(value), as: UTF8.self).replacingOccurrences(of: "</", with: "<\\/")
    }

    private static func item(_ claim: Claim) -> String {
        let seen = claim.seen.map { ": \(Table.escape($0))" } ?? ""
        return "<li class=\"\(claim.holds ? "holds" : "broken")\">\(Table.escape(claim.text))\(seen)</li>"
    }

    private static func item(_ claim: UntestedClaim) -> String {
        "<li class=\"untested\">\(Table.escape(claim.text)): not tested, \(Table.escape(claim.reason))</li>"
    }

    private static let page = """
        <!DOCTYPE html>
        <html lang="en">
        <head>
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <title>{{TITLE}}</title>
        <style>
        body { font: 15px/1.5 system-ui, sans-serif; color: #222; max-width: 1080px; margin: 2em auto; padding: 0 1em;
          background: #fff; }
        :root { color-scheme: light; background: #fff; }
        code { overflow-wrap: anywhere; }
        h1 { font-size: 1.6em; } h2 { font-size: 1.15em; margin-top: 2.2em; }
        .table { overflow-x: auto; font-size: 12px; background: #f5f5f2; padding: 1em; }
        table { border-collapse: collapse; white-space: nowrap; }
        th, td { text-align: right; padding: .1em .6em; } th { border-bottom: 1px solid #999; }
        .leading { text-align: left; }
        .ending { background: #fbeaea; border-left: 4px solid #b00020; padding: .8em 1em; }
        .verdict { background: #eef4f4; border-left: 4px solid #008080; padding: .8em 1em; }
        #cost, #money { overflow-x: auto; }
        .panels { display: flex; flex-wrap: wrap; gap: 12px; }
        svg text { font: 11px system-ui, sans-serif; fill: #333; }
        svg .title { font-weight: 600; font-size: 12px; }
        .axis path, .axis line { fill: none; stroke: #999; shape-rendering: crispEdges; }
        .key span { display: inline-block; margin-right: 1.4em; }
        .key i { display: inline-block; width: 22px; height: 4px; margin-right: .4em; vertical-align: middle; }
        li.broken { color: #b00020; font-weight: 600; } li.holds::marker { content: "\\2713  "; color: #008060; }
        li.broken::marker { content: "\\2717  "; }
        li.untested { color: #666; } li.untested::marker { content: "?  "; }
        .note { color: #666; font-size: .92em; }
        </style>
        </head>
        <body>
        <h1>How long does the server keep orphans, whom does that hurt, and what does earlier detection cost?</h1>
        <p class="note"><code>{{TITLE}}</code><br>{{RUN}}</p>
        {{ENDING}}
        <p class="verdict">{{VERDICT}}</p>
        <p class="note">Policies:</p><ul class="note">{{POLICIES}}</ul>
        <h2>Orphans over time</h2>
        <p class="note">For each fault, the part of the struck clients whose session the server still calls Active. Curves that
        lie on each other are told apart by their dashes.</p>
        <p class="key" id="key"></p>
        <div class="panels" id="orphans"></div>
        <h2>Time to detection</h2>
        <p class="note">For each policy, the part of the struck clients that the server knew of by then. A ring at the right
        edge stands for sessions still Active at the horizon: their detection time is longer than can be seen here.</p>
        <p class="key" id="faultkey"></p>
        <div class="panels" id="detection"></div>
        <h2>What it costs to know sooner</h2>
        <p class="note">Power cut. Each dot is the longest time to detection, and the bar below it goes down to the median; an
        arrow means that the longest is beyond the horizon. Points of one policy at different settings are joined. The lines are
        bounds for the longest time, so for the dots: no policy that finds out by itself can have its dot left of the dashed line,
        since it asks at least once in each longest time. Where 1 % of the packets is lost, the dot of one that asks at fixed times
        cannot be left of the dotted line either, or it takes chance for death once a month.</p>
        <div id="cost"></div>
        <h2 class="lined">What it costs on the line</h2>
        <p class="note lined">What was to be paid for calls that liveness packets placed, extrapolated to 30 days, with the
        range in which it lies with 95 % confidence if calls come at random. What places fewer than five calls is not drawn, unless it
        placed none.</p>
        <div id="money" class="lined"></div>
        <h2>The table</h2>
        <div class="table">{{TABLE}}</div>
        <h2>What had to hold</h2>
        <ul>{{CLAIMS}}</ul>
        <script>{{LIBRARY}}</script>
        <script>var results = {{DATA}}, bounds = {{BOUNDS}}, labels = {{LABELS}};</script>
        <script>{{SCRIPT}}</script>
        </body>
        </html>
        """
}
