extension ReportDocument.Section {
  /// A forest plot of each configuration, that of the fastest unfolded: every prompt, then all.
  static func prompts(_ run: ReportedRun) -> Self? {
    let samples = Dictionary(grouping: run.file.samples, by: \.configuration)
    let known = run.speculative.compactMap { summary, style -> PromptPlot? in
      guard let speedup = summary.overall.speedup,
        let baseline = summary.configuration.baseline
      else { return nil }
      let prompts = PromptSpeedup.all(
        speedup, samples: samples[summary.configuration.id, default: []],
        baseline: samples[baseline, default: []])
      return PromptPlot(
        name: summary.configuration.name, style: style, speedup: speedup, prompts: prompts)
    }
    guard let fastest = known.max(by: { $0.speedup.ratio < $1.speedup.ratio }) else { return nil }
    return Self(
      title: "Speedup by prompt",
      paragraphs: [
        "A line is the 95 % interval of one prompt over its repetitions (Student's, of the "
          + "logarithm; none for fewer than three); the diamond is all prompts together, its line "
          + "the interval over prompts."
      ],
      // The fastest is open.
      charts: ([fastest] + known.filter { $0.name != fastest.name }).map { $0.figure(run) },
      foldsCharts: true, tables: [table(known, run: run)], foldsTables: true)
  }

  private static func table(_ plots: [PromptPlot], run: ReportedRun) -> ReportTable {
    let columns = plots.map { plot in
      Dictionary(plot.prompts.map { ($0.prompt, $0) }) { first, _ in first }
    }
    return ReportTable(
      ["prompt"] + plots.map { "\($0.name) (95 %)" },
      run.file.prompts.filter { prompt in columns.contains { $0[prompt.index] != nil } }.map {
        prompt in
        [prompt.id]
          + columns.map { NumberText.factor($0[prompt.index]?.ratio, $0[prompt.index]?.interval) }
      })
  }
}

/// The prompts of one configuration.
private struct PromptPlot {
  let name: String
  let style: SeriesStyle
  let speedup: SpeedupSummary
  let prompts: [PromptSpeedup]

  func figure(_ run: ReportedRun) -> Figure {
    let rows = prompts.sorted { $0.ratio > $1.ratio }.map {
      ForestPlot.Row(run.promptName($0.prompt), $0.ratio, interval: $0.interval, style: style)
    }
    let total = ForestPlot.Row(
      "all prompts", speedup.ratio, interval: speedup.interval, isSummary: true)
    return ForestPlot(
      "Speedup by prompt, \(name)", axis: "speedup over plain decoding (times)",
      rows: rows + [total]
    ).figure
  }
}
