extension ReportDocument.Section {
  /// What a pass costs by its window, between the two ideals; and the other cost curves.
  package static func costs(_ run: ReportedRun) -> Self {
    var section = Self("The cost of verification")
    let points = run.summary.costs.filter { $0.work == .verify }
    guard let first = points.first, first.seconds.median > 0 else { return section }
    section.paragraphs = [
      "One pass of the verifier over a window, alone: medians with quartiles. Flat would be a "
        + "window for the price of a byte; linear would be no gain from checking bytes together."
    ]
    section.charts = [chart(points).figure]
    section.tables = [verificationTable(points), partsTable(run)]
    section.foldsTables = true
    return section
  }

  private static func chart(_ points: [CostSummary]) -> LineChart {
    let unit = points[0].seconds.median / Double(max(1, points[0].size)) * 1000
    let flat = points[0].seconds.median * 1000
    let largest = Double(points.map(\.size).max() ?? 1)
    let most = (points.map(\.seconds.upperQuartile).max() ?? 0) * 1000
    let measured = points.map {
      LineChart.Point(
        x: Double($0.size), y: $0.seconds.median * 1000,
        interval: Interval(
          lower: $0.seconds.lowerQuartile * 1000, upper: $0.seconds.upperQuartile * 1000))
    }
    let y = AxisScale(.linear, covering: [most * 1.6], includesZero: true)
    // The linear ideal leaves the chart early; drawn beyond it, it would hide how flat the rest is.
    let end = min(largest, y.upper / max(unit, 1e-12))
    return LineChart(
      "Cost of verification by window",
      frame: ChartFrame(
        x: ChartAxis(
          "bytes in the window", AxisScale(.linear, covering: [largest], includesZero: true)),
        y: ChartAxis("time of a pass (ms)", y)),
      series: [
        .init("measured", measured, style: SeriesStyle(index: 0)),
        .init(
          "flat", [.init(x: 1, y: flat), .init(x: largest, y: flat)],
          style: SeriesStyle(index: 0), role: .ideal),
        .init(
          "linear", [.init(x: 1, y: unit), .init(x: end, y: unit * end)],
          style: SeriesStyle(index: 12), role: .ideal),
      ])
  }

  private static func verificationTable(_ points: [CostSummary]) -> ReportTable {
    let first = points[0].seconds.median
    return ReportTable(
      ["window, bytes", "median", "quartiles", "to the first", "a byte"],
      points.map {
        [
          "\($0.size)", NumberText.preciseSeconds($0.seconds.median),
          "\(NumberText.preciseSeconds($0.seconds.lowerQuartile)) to "
            + NumberText.preciseSeconds($0.seconds.upperQuartile),
          NumberText.factor($0.seconds.median / first),
          NumberText.preciseSeconds($0.seconds.median / Double(max(1, $0.size))),
        ]
      })
  }

  private static func partsTable(_ run: ReportedRun) -> ReportTable {
    let names: [BenchmarkCost.Work: String] = [
      .step: "a byte of plain decoding", .rollBack: "rolling back a window",
      .draftToken: "drafting token number", .catchUp: "catching up, bytes",
    ]
    return ReportTable(
      ["other work", "size", "median", "quartiles"],
      run.summary.costs.compactMap { cost in
        guard let name = names[cost.work] else { return nil }
        let drafter = cost.drafter.map { place -> String in
          let drafters = run.summary.run.drafters
          return drafters.count > 1 && drafters.indices.contains(place)
            ? ", \(drafters[place].name)" : ""
        }
        return [
          name + (drafter ?? ""), "\(cost.size)", NumberText.preciseSeconds(cost.seconds.median),
          "\(NumberText.preciseSeconds(cost.seconds.lowerQuartile)) to "
            + NumberText.preciseSeconds(cost.seconds.upperQuartile),
        ]
      })
  }
}
