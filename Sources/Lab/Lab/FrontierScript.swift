/// The part of the report that draws what it costs to know sooner, in the browser, from `results` and `bounds`.
enum FrontierScript {
    static let text = #"""
        (function () {
          var horizon = results.horizonSeconds;
          var shown = results.cells.filter(function (c) { return c.fault === "power-off"; });
          if (!shown.length) { shown = results.cells; }
          var labels = shown.map(function (c) { return c.label; }).filter(function (v, i, all) { return all.indexOf(v) === i; });
          var color = d3.scale.ordinal().domain(labels)
            .range(["#D55E00", "#0072B2", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#000000", "#8a7d00"]);
          function median(c) { return c.detectionSeconds.p50 === null ? horizon : c.detectionSeconds.p50; }

          // One point a cell: along x what it costs, along y the median, with a bar to the longest. The cells of one policy at
          // different intervals make a curve.
          function frontier(id, cost, xLabel, bound) {
            var width = 820, height = 340, left = 60, right = 230, top = 22, bottom = 46;
            var most = d3.max(shown, cost) || 1;
            var x = d3.scale.linear().domain([0, most * 1.05]).range([left, width - right]);
            var y = d3.scale.linear().domain([0, horizon]).range([height - bottom, top]);
            var svg = d3.select(id).append("svg").attr("width", width).attr("height", height)
              .attr("role", "img").attr("aria-label", "time to detection against " + xLabel);
            svg.append("g").attr("class", "axis").attr("transform", "translate(0," + y(0) + ")")
              .call(d3.svg.axis().scale(x).ticks(6).tickSize(4));
            svg.append("g").attr("class", "axis").attr("transform", "translate(" + left + ",0)")
              .call(d3.svg.axis().scale(y).orient("left").ticks(6).tickSize(4));
            svg.append("text").attr("x", width - right).attr("y", height - 8).attr("text-anchor", "end").text(xLabel);
            svg.append("text").attr("transform", "translate(16," + y(0) + ") rotate(-90)").text("seconds to detection");
            (bound || []).forEach(function (line) {
              var points = line.points.filter(function (d) { return d[1] <= most * 1.05 && d[0] <= horizon; });
              if (points.length < 2) { return; }
              svg.append("path").attr("fill", "none").attr("stroke", "#888").attr("stroke-dasharray", line.dash).attr("d",
                d3.svg.line().x(function (d) { return x(d[1]); }).y(function (d) { return y(d[0]); })(points));
              var end = points[0];
              svg.append("text").attr("x", x(end[1]) + 6).attr("y", y(end[0]) - 4).style("fill", "#666").text(line.name);
            });
            labels.forEach(function (label) {
              var own = shown.filter(function (c) { return c.label === label; })
                .sort(function (a, b) { return cost(a) - cost(b); });
              svg.append("path").attr("fill", "none").attr("stroke", color(label)).attr("stroke-opacity", 0.5).attr("d",
                d3.svg.line().x(function (c) { return x(cost(c)); }).y(function (c) { return y(median(c)); })(own));
              own.forEach(function (cell) {
                var at = x(cost(cell)), max = cell.detectionSeconds.max;
                svg.append("line").attr("x1", at).attr("x2", at).attr("y1", y(median(cell)))
                  .attr("y2", y(max === null ? horizon : max)).attr("stroke", color(label)).attr("stroke-width", 3);
                svg.append("circle").attr("r", 5).attr("cx", at).attr("cy", y(median(cell))).attr("fill", color(label))
                  .append("title").text(cell.policyParameters);
                if (max === null) {
                  svg.append("path").attr("fill", color(label)).attr("d", "M" + (at - 6) + "," + (top + 2) + "L" + (at + 6) + ","
                    + (top + 2) + "L" + at + "," + (top - 10) + "Z");
                }
              });
            });
            labels.forEach(function (label, index) {
              var row = svg.append("g").attr("transform", "translate(" + (width - right + 24) + "," + (top + 10 + index * 18) + ")");
              row.append("circle").attr("r", 5).attr("fill", color(label));
              var unknown = shown.some(function (c) { return c.label === label && c.detectionSeconds.p50 === null; });
              row.append("text").attr("x", 10).attr("y", 4).text(label + (unknown ? " (beyond the horizon)" : ""));
            });
          }

          frontier("#cost", function (c) { return c.liveness.packetsPerSessionHour; }, "liveness packets a session an hour", bounds);
          if (shown.some(function (c) { return c.line.line; })) {
            var currency = shown.map(function (c) { return c.line.currency || ""; }).filter(String)[0] || "";
            frontier("#money", function (c) { return c.line.livenessChargePer30Days; },
              currency + " in 30 days for calls that were placed only to ask");
          } else {
            d3.selectAll(".lined").style("display", "none");
          }
        })();
        """#
}
