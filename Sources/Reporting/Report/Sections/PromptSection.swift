extension ReportDocument.Section {
  /// A forest plot of each configuration: every prompt, then all of them.
  package static func prompts(_ run: ReportedRun) -> Self {
    var section = Self("Speedup by prompt")
    let samples = Dictionary(grouping: run.file.samples, by: \.configuration)
    for (summary, style) in run.speculative {
      guard let speedup = summary.overall.speedup,
        let baseline = summary.configuration.baseline
      else { continue }
      let prompts = PromptSpeedup.all(
        speedup, samples: samples[summary.configuration.id, default: []],
        baseline: samples[baseline, default: []])
      section.figures.append(
        figure(summary.configuration.name, prompts, speedup, style: style, run: run))
      section.tables.append(table(summary.configuration.name, prompts, run: run))
    }
    guard !section.figures.isEmpty else { return section }
    section.foldsTables = true
    section.paragraphs = [
      "A line is the 95 % interval of one prompt over its repetitions (Student's, of the logarithm; "
        + "none for a single repetition); the diamond is all prompts together, its line the "
        + "interval over prompts."
    ]
    return section
  }

  private static func figure(
    _ name: String, _ prompts: [PromptSpeedup], _ speedup: SpeedupSummary, style: SeriesStyle,
    run: ReportedRun
  ) -> Markup {
    let rows = prompts.sorted { $0.ratio > $1.ratio }.map {
      ForestPlot.Row(
        run.promptName($0.prompt), $0.ratio, interval: $0.interval, style: style)
    }
    let total = ForestPlot.Row(
      "all prompts", speedup.ratio, interval: speedup.interval, isSummary: true)
    let plot = ForestPlot(
      "Speedup by prompt, \(name)", axis: "speedup over plain decoding (times)",
      rows: rows + [total])
    return .element("h3", text: name) + plot.markup
  }

  private static func table(
    _ name: String, _ prompts: [PromptSpeedup], run: ReportedRun
  ) -> ReportTable {
    ReportTable(
      ["prompt, \(name)", "speedup (95 %)"],
      prompts.map {
        [run.promptName($0.prompt), NumberText.factor($0.ratio, $0.interval)]
      })
  }
}
