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
        let data = String(decoding: try JSONEncoder().encode(outcome.results), as: UTF8.self)
        let parts: [(String, String)] = [
            ("VERDICT", Self.escape(Verdict(outcome).text).replacingOccurrences(of: "\n", with: "<br>")),
            ("TABLE", Self.escape(ResultsTable(outcome.results).text)),
            ("CLAIMS", outcome.claims.map(Self.item).joined(separator: "\n")),
            ("POLICIES", outcome.plan.policies.map { "<li><code>\(Self.escape($0.description))</code></li>" }.joined()),
            ("SCRIPT", ReportScript.text + FrontierScript.text),
            ("BOUNDS", String(decoding: try JSONEncoder().encode(BoundLine.all(until: outcome.results.horizonSeconds)), as: UTF8.self)),
            // Last, so that nothing in them is taken for a mark. "</" would end the script element.
            ("DATA", data.replacingOccurrences(of: "</", with: "<\\/")),
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

    private static func item(_ claim: Claim) -> String {
        let seen = claim.seen.map { ": \(escape($0))" } ?? ""
        return "<li class=\"\(claim.holds ? "holds" : "broken")\">\(escape(claim.text))\(seen)</li>"
    }

    private static func escape(_ text: String) -> String {
        text.replacingOccurrences(of: "&", with: "&amp;").replacingOccurrences(of: "<", with: "&lt;")
            .replacingOccurrences(of: ">", with: "&gt;")
    }

    private static let page = """
        <!DOCTYPE html>
        <html lang="en">
        <head>
        <meta charset="utf-8">
        <title>tslab: orphaned sessions</title>
        <style>
        body { font: 15px/1.5 system-ui, sans-serif; color: #222; max-width: 1080px; margin: 2em auto; padding: 0 1em; }
        h1 { font-size: 1.6em; } h2 { font-size: 1.15em; margin-top: 2.2em; }
        pre { overflow-x: auto; font-size: 12px; background: #f5f5f2; padding: 1em; }
        .verdict { background: #eef4f4; border-left: 4px solid #008080; padding: .8em 1em; }
        .panels { display: flex; flex-wrap: wrap; gap: 12px; }
        svg text { font: 11px system-ui, sans-serif; fill: #333; }
        svg .title { font-weight: 600; font-size: 12px; }
        .axis path, .axis line { fill: none; stroke: #999; shape-rendering: crispEdges; }
        .key span { display: inline-block; margin-right: 1.4em; }
        .key i { display: inline-block; width: 22px; height: 4px; margin-right: .4em; vertical-align: middle; }
        li.broken { color: #b00020; font-weight: 600; } li.holds::marker { content: "\\2713  "; color: #008060; }
        li.broken::marker { content: "\\2717  "; }
        .note { color: #666; font-size: .92em; }
        </style>
        </head>
        <body>
        <h1>How long does the server keep orphans, whom does that hurt, and what does earlier detection cost?</h1>
        <p class="verdict">{{VERDICT}}</p>
        <p class="note">Policies:</p><ul class="note">{{POLICIES}}</ul>
        <h2>Orphans over time</h2>
        <p class="note">For each fault, the part of the struck clients whose session the server still calls Active.</p>
        <p class="key" id="key"></p>
        <div class="panels" id="orphans"></div>
        <h2>Time to detection</h2>
        <p class="note">For each policy, the part of the struck clients that the server knew of by then. A ring at the right
        edge stands for sessions still Active at the horizon: their detection time is longer than can be seen here.</p>
        <p class="key" id="faultkey"></p>
        <div class="panels" id="detection"></div>
        <h2>What it costs to know sooner</h2>
        <p class="note">Power cut. Each bar goes from the median to the longest time to detection; an arrow means that it
        goes on beyond the horizon. Points of one policy at different intervals are joined. No policy that finds out
        by itself can be left of the dashed line: it asks at least once in each detection time. Where 1 % of the packets is lost,
        one that asks at fixed times cannot be left of the dotted line either, or it takes chance for death once a month.</p>
        <div id="cost"></div>
        <h2 class="lined">What it costs on the line</h2>
        <p class="note lined">What was to be paid for calls that liveness packets placed, extrapolated to 30 days.</p>
        <div id="money" class="lined"></div>
        <h2>The table</h2>
        <pre>{{TABLE}}</pre>
        <h2>What had to hold</h2>
        <ul>{{CLAIMS}}</ul>
        <script>{{LIBRARY}}</script>
        <script>var results = {{DATA}}, bounds = {{BOUNDS}};</script>
        <script>{{SCRIPT}}</script>
        </body>
        </html>
        """
}
