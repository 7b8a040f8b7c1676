/// The part of the report that draws, in the browser, from `results`.
enum ReportScript {
    static let text = #"""
        (function () {
          var horizon = results.horizonSeconds, cells = results.cells;
          function unique(key) {
            return cells.map(function (c) { return c[key]; }).filter(function (v, i, all) { return all.indexOf(v) === i; });
          }
          cells.forEach(function (c, i) { c.label = labels[i]; });
          var policies = unique("label"), faults = unique("fault");
          // Okabe and Ito's colours, which those who see no red or green can tell apart.
          var colors = ["#D55E00", "#0072B2", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#000000", "#8a7d00"];
          var policyColor = d3.scale.ordinal().domain(policies).range(colors);
          var faultColor = d3.scale.ordinal().domain(faults).range(colors);

          function key(id, names, color) {
            var item = d3.select(id).selectAll("span").data(names).enter().append("span");
            item.append("i").style("background", color);
            item.append("b").style("font-weight", "normal").text(String);
          }
          key("#key", policies, policyColor);
          key("#faultkey", faults, faultColor);

          var size = { width: 255, height: 190, left: 38, right: 14, top: 22, bottom: 34 };
          function panel(parent, title, xLabel) {
            var svg = d3.select(parent).append("svg").attr("width", size.width).attr("height", size.height)
              .attr("role", "img").attr("aria-label", title);
            var x = d3.scale.linear().domain([0, horizon]).range([size.left, size.width - size.right]);
            var y = d3.scale.linear().domain([0, 1]).range([size.height - size.bottom, size.top]);
            svg.append("text").attr("class", "title").attr("x", size.left).attr("y", 13).text(title);
            svg.append("g").attr("class", "axis").attr("transform", "translate(0," + y(0) + ")")
              .call(d3.svg.axis().scale(x).ticks(5).tickSize(4));
            svg.append("g").attr("class", "axis").attr("transform", "translate(" + size.left + ",0)")
              .call(d3.svg.axis().scale(y).orient("left").ticks(4).tickSize(4).tickFormat(d3.format("%")));
            svg.append("text").attr("x", size.width - size.right).attr("y", size.height - 4)
              .attr("text-anchor", "end").text(xLabel);
            return { svg: svg, x: x, y: y };
          }
          // Later curves are drawn over earlier ones; their gaps show what lies below.
          var dashes = ["", "9,4", "3,4", "9,4,2,4", "14,6", "5,8"];
          function steps(p, points, color, index) {
            p.svg.append("path").attr("fill", "none").attr("stroke", color).attr("stroke-width", 2)
              .attr("stroke-dasharray", dashes[index % dashes.length])
              .attr("d", d3.svg.line().interpolate("step-after")
                .x(function (d) { return p.x(d[0]); }).y(function (d) { return p.y(d[1]); })(points));
          }
          function share(cell, count) { return cell.faulted ? count / cell.faulted : 0; }

          faults.filter(function (fault) {
            return cells.some(function (c) { return c.fault === fault && c.orphans.length; });
          }).forEach(function (fault) {
            var p = panel("#orphans", fault, "seconds after the fault");
            cells.filter(function (c) { return c.fault === fault; }).forEach(function (cell, index) {
              if (!cell.orphans.length) { return; }
              var points = cell.orphans.filter(function (o) { return o.seconds <= horizon; })
                .map(function (o) { return [o.seconds, share(cell, o.count)]; });
              points.push([horizon, points[points.length - 1][1]]);
              steps(p, points, policyColor(cell.label), index);
            });
          });

          policies.forEach(function (policy) {
            var p = panel("#detection", policy, "seconds after the fault");
            cells.filter(function (c) { return c.label === policy; }).forEach(function (cell, index) {
              var points = [[0, 0]].concat(cell.detections.map(function (t, i) { return [t, share(cell, i + 1)]; }));
              var last = points[points.length - 1][1];
              points.push([horizon, last]);
              steps(p, points, faultColor(cell.fault), index);
              if (cell.orphansAtHorizon > 0) {
                p.svg.append("circle").attr("r", 4).attr("cx", p.x(horizon)).attr("cy", p.y(last))
                  .attr("fill", "white").attr("stroke", faultColor(cell.fault)).attr("stroke-width", 2)
                  .append("title").text(cell.orphansAtHorizon + " still Active at the horizon (" + cell.fault + ")");
              }
            });
          });

        })();
        """#
}
