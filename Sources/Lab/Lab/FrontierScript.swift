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
          function longest(c) { return c.detectionSeconds.max === null ? horizon : c.detectionSeconds.max; }

          // One point a cell: along x what it costs, with its range where there is one, along y the longest time, which the bounds
          // are of too, with a bar down to the median. The cells of one policy at different settings make a curve.
          function frontier(id, shown, cost, range, xLabel, bound) {
            var policies = shown.map(function (c) { return c.policy; }).filter(function (v, i, all) { return all.indexOf(v) === i; });
            var labels = shown.map(function (c) { return c.label; }).filter(function (v, i, all) { return all.indexOf(v) === i; });
            var width = 820, height = 340, left = 60, right = 230, top = 22, bottom = 46;
            var most = d3.max(shown, function (c) { return range(c) ? range(c).high : cost(c); }) || 1;
            var x = d3.scale.linear().domain([0, most * 1.05]).range([left, width - right]);
            var y = d3.scale.linear().domain([0, horizon]).range([height - bottom, top]);
            var svg = d3.select(id).append("svg").attr("width", width).attr("height", height)
              .attr("role", "img").attr("aria-label", "time to detection against " + xLabel);
            svg.append("g").attr("class", "axis").attr("transform", "translate(0," + y(0) + ")")
              .call(d3.svg.axis().scale(x).ticks(6).tickSize(4));
            svg.append("g").attr("class", "axis").attr("transform", "translate(" + left + ",0)")
              .call(d3.svg.axis().scale(y).orient("left").ticks(6).tickSize(4));
            svg.append("text").attr("x", width - right).attr("y", height - 8).attr("text-anchor", "end").text(xLabel);
            svg.append("text").attr("transform", "translate(16," + y(0) + ") rotate(-90)").text("longest time to detection, s");
            (bound || []).forEach(function (line) {
              var points = line.points.filter(function (d) { return d[1] <= most * 1.05 && d[0] <= horizon; });
              if (points.length < 2) { return; }
              svg.append("path").attr("fill", "none").attr("stroke", "#888").attr("stroke-dasharray", line.dash).attr("d",
                d3.svg.line().x(function (d) { return x(d[1]); }).y(function (d) { return y(d[0]); })(points));
              var end = points[0];
              svg.append("text").attr("x", x(end[1]) + 6).attr("y", y(end[0]) - 4).style("fill", "#666").text(line.name);
            });
            policies.forEach(function (policy) {
              var own = shown.filter(function (c) { return c.policy === policy; })
                .sort(function (a, b) { return cost(a) - cost(b); });
              svg.append("path").attr("fill", "none").attr("stroke", color(own[0].label)).attr("stroke-opacity", 0.5).attr("d",
                d3.svg.line().x(function (c) { return x(cost(c)); }).y(function (c) { return y(longest(c)); })(own));
              own.forEach(function (cell) {
                var at = x(cost(cell)), top = y(longest(cell)), hue = color(cell.label), sure = range(cell);
                svg.append("line").attr("x1", at).attr("x2", at).attr("y1", top).attr("y2", y(median(cell)))
                  .attr("stroke", hue).attr("stroke-width", 3);
                if (sure) {
                  svg.append("line").attr("x1", x(sure.low)).attr("x2", x(sure.high)).attr("y1", top).attr("y2", top)
                    .attr("stroke", hue).attr("stroke-width", 1);
                }
                svg.append("circle").attr("r", 5).attr("cx", at).attr("cy", top).attr("fill", hue)
                  .append("title").text(cell.policyParameters);
                if (cell.detectionSeconds.max === null) {
                  svg.append("path").attr("fill", hue).attr("d", "M" + (at - 6) + "," + (top + 2) + "L" + (at + 6) + ","
                    + (top + 2) + "L" + at + "," + (top - 10) + "Z");
                }
              });
            });
            labels.forEach(function (label, index) {
              var row = svg.append("g").attr("transform", "translate(" + (width - right + 24) + "," + (top + 10 + index * 18) + ")");
              row.append("circle").attr("r", 5).attr("fill", color(label));
              var unknown = shown.some(function (c) { return c.label === label && c.detectionSeconds.max === null; });
              row.append("text").attr("x", 10).attr("y", 4).text(label + (unknown ? " (beyond the horizon)" : ""));
            });
          }

          frontier("#cost", shown, function (c) { return c.liveness.packetsPerSessionHour; }, function () { return null; },
            "liveness packets a session an hour", bounds);
          if (shown.some(function (c) { return c.line.line; })) {
            var currency = shown.map(function (c) { return c.line.currency || ""; }).filter(String)[0] || "";
            // Fewer calls say nothing about a month.
            var told = shown.filter(function (c) { return c.line.livenessCalls === 0 || c.line.livenessCalls >= 5; });
            frontier("#money", told, function (c) { return c.line.livenessChargePer30Days; },
              function (c) { return c.line.livenessChargePer30DaysRange; },
              currency + " in 30 days for calls that were placed only to ask");
          } else {
            d3.selectAll(".lined").style("display", "none");
          }
        })();
        """#
}
