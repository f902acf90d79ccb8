import SpeculativeDecoding

extension ReportDocument.Section {
  /// The speedup that follows from acceptance and costs, beside the measured one.
  static func prediction(_ run: ReportedRun) -> Self? {
    let known = run.speculative.compactMap { summary, _ in
      run.outlook(of: summary.configuration).map { (summary, $0) }
    }
    guard !known.isEmpty else { return nil }
    var paragraphs = [
      "Predicted from acceptance by position and the cost curves: bytes a round times the time "
        + "of a plain byte, over the time of a round. Drafting pays from the break-even "
        + "acceptance on, which compares with the share of tested bytes that were accepted."
    ]
    let missed = known.compactMap { summary, outlook in
      let interval = summary.overall.speedup?.interval
      return interval.map { !$0.contains(outlook.prediction.speedup) } == true
        ? summary.configuration.name : nil
    }
    if !missed.isEmpty {
      paragraphs.append(
        "The prediction is outside the measured interval of \(missed.joined(separator: "; ")).")
    }
    let fastest = known.max {
      $0.0.overall.speedup?.ratio ?? 0 < $1.0.overall.speedup?.ratio ?? 0
    }
    if let (summary, outlook) = fastest {
      paragraphs.append(
        "\(summary.configuration.name): \(Improvement.advice(outlook.improvements))")
    }
    let table = ReportTable(
      [
        "configuration", "predicted", "measured (95 %)", "bytes a round", "draft, ms",
        "verify, ms", "roll back, ms", "break-even acceptance", "accepted of tested",
      ],
      known.map { summary, outlook in
        let prediction = outlook.prediction
        func milliseconds(_ seconds: Double) -> String {
          NumberText.fixed(seconds * 1000, digits: 3)
        }
        return [
          summary.configuration.name, NumberText.factor(prediction.speedup),
          NumberText.factor(summary.overall.speedup?.ratio, summary.overall.speedup?.interval),
          NumberText.fixed(prediction.bytesPerRound, digits: 2),
          milliseconds(prediction.draftSeconds), milliseconds(prediction.verifySeconds),
          milliseconds(prediction.rollBackSeconds), outlook.breakEven.text,
          NumberText.percent(summary.overall.rounds?.counts.testedAcceptanceRate, digits: 1),
        ]
      })
    return Self(
      title: "Predicted and measured", paragraphs: paragraphs,
      tables: [table, improvements(known.map { ($0.0.configuration.name, $0.1) })])
  }

  /// What a tenth of each improvement would give.
  private static func improvements(_ known: [(name: String, outlook: Outlook)]) -> ReportTable {
    ReportTable(
      [
        "the predicted speedup gains", "a tenth fewer rejections",
        "verification a tenth nearer to flat", "drafting a tenth cheaper",
      ],
      known.map { name, outlook in
        [name]
          + Improvement.Part.allCases.map { part in
            outlook.improvements.first { $0.part == part }
              .map { NumberText.change($0.gain) } ?? "-"
          }
      })
  }

  /// The speedup by draft length: measured with intervals, and predicted.
  static func draftLength(_ run: ReportedRun) -> Self? {
    let sweeps = DraftLengthSweep.all(run).filter { !$0.predicted.isEmpty && !$0.measured.isEmpty }
    guard !sweeps.isEmpty else { return nil }
    return Self(
      title: "Speedup by draft length",
      paragraphs: [
        "Points are measured, at the mean number of tokens a round, with the 95 % interval over "
          + "prompts; dashed lines are predicted from the acceptance of the configuration that "
          + "drafted furthest."
      ],
      charts: [chart(sweeps, run: run).figure],
      tables: [
        ReportTable(
          ["sweep", "best length predicted", "predicted", "best measured", "measured (95 %)"],
          sweeps.map { row($0, run: run) })
      ])
  }

  private static func row(_ sweep: DraftLengthSweep, run: ReportedRun) -> [String] {
    let best = sweep.measured.max { $0.speedup.ratio < $1.speedup.ratio }
    return [
      sweep.common.sweepName(in: run.summary.run),
      sweep.best.map { "\($0.tokens) tokens" } ?? "-", NumberText.factor(sweep.best?.speedup),
      best?.configuration.name ?? "-",
      NumberText.factor(best?.speedup.ratio, best?.speedup.interval),
    ]
  }

  private static func points(_ measured: [DraftLengthSweep.Measured]) -> [LineChart.Point] {
    measured.map {
      LineChart.Point(x: $0.tokens, y: $0.speedup.ratio, interval: $0.speedup.interval)
    }
  }

  private static func chart(_ sweeps: [DraftLengthSweep], run: ReportedRun) -> LineChart {
    var series: [LineChart.Series] = []
    for (place, sweep) in sweeps.enumerated() {
      let name = sweep.common.sweepName(in: run.summary.run)
      let style = SeriesStyle(index: place)
      func append(
        _ what: String, _ points: [LineChart.Point], _ style: SeriesStyle,
        _ role: LineChart.Role = .measured
      ) {
        guard !points.isEmpty else { return }
        series.append(.init(name: "\(name): \(what)", points: points, style: style, role: role))
      }
      append(
        "predicted", sweep.predicted.map { .init(x: Double($0.tokens), y: $0.speedup) }, style,
        .predicted)
      let fixed = sweep.measured.filter { $0.configuration.draftTokens != .automatic }
      let automatic = sweep.measured.filter { $0.configuration.draftTokens == .automatic }
      append("measured", points(fixed), style)
      append("automatic", points(automatic), SeriesStyle(index: place + sweeps.count))
    }
    let points = series.flatMap(\.points)
    let values = points.flatMap { [$0.y, $0.interval?.lower, $0.interval?.upper] }
    return LineChart(
      label: "Speedup by draft length",
      frame: ChartFrame(
        x: ChartAxis(
          title: "tokens drafted a round",
          scale: AxisScale(.linear, covering: points.map(\.x), includesZero: true)),
        y: ChartAxis(
          title: "speedup (times)",
          scale: AxisScale(.linear, covering: values.compactMap { $0 } + [1], includesZero: true))),
      series: series, reference: 1)
  }
}
