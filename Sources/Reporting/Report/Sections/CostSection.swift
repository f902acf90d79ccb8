extension ReportDocument.Section {
  /// What a pass costs by its window, between the two ideals; and the other cost curves.
  static func costs(_ run: ReportedRun) -> Self? {
    let points = run.summary.costs.filter { $0.work == .verify }
    guard let first = points.first, first.seconds.median > 0 else { return nil }
    return Self(
      title: "The cost of verification",
      paragraphs: [
        "One pass of the verifier over a window, alone: medians with quartiles. Flat would be a "
          + "window for the price of a byte; linear would be no gain from checking bytes together."
      ],
      charts: [chart(points).figure], tables: [verificationTable(points), partsTable(run)],
      foldsTables: true)
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
      label: "Cost of verification by window",
      frame: ChartFrame(
        x: ChartAxis(
          title: "bytes in the window",
          scale: AxisScale(.linear, covering: [largest], includesZero: true)),
        y: ChartAxis(title: "time of a pass (ms)", scale: y)),
      series: [
        .init(name: "measured", points: measured, style: SeriesStyle(index: 0)),
        .init(
          name: "flat", points: [.init(x: 1, y: flat), .init(x: largest, y: flat)],
          style: SeriesStyle(index: 0), role: .ideal),
        .init(
          name: "linear", points: [.init(x: 1, y: unit), .init(x: end, y: unit * end)],
          style: SeriesStyle(index: 12), role: .ideal),
      ])
  }

  private static func verificationTable(_ points: [CostSummary]) -> ReportTable {
    let first = points[0].seconds.median
    return ReportTable(
      ["window, bytes", "median", "quartiles", "to the first", "a byte"],
      points.map {
        [
          "\($0.size)", NumberText.preciseSeconds($0.seconds.median), quartiles($0.seconds),
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
        let header = run.summary.run
        let drafter = header.drafters.count > 1 ? header.drafterName(cost.drafter) : nil
        return [
          name + (drafter.map { ", \($0)" } ?? ""), "\(cost.size)",
          NumberText.preciseSeconds(cost.seconds.median), quartiles(cost.seconds),
        ]
      })
  }

  private static func quartiles(_ seconds: Quantiles) -> String {
    "\(NumberText.preciseSeconds(seconds.lowerQuartile)) to "
      + NumberText.preciseSeconds(seconds.upperQuartile)
  }
}
