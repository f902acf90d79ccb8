import SpeculativeDecoding

extension ReportDocument.Section {
  /// A row for each configuration of each run: what it came to.
  static func overview(_ runs: [ReportedRun]) -> Self {
    var table = ReportTable([
      "configuration", "speedup (95 %)", "geometric mean", "with prefill", "bytes/s",
      "accepted of drafted", "of tested", "bytes a round", "output",
    ])
    for run in runs {
      for summary in run.summary.configurations {
        table.rows.append(row(summary, prefix: runs.count > 1 ? "\(run.name): " : ""))
      }
    }
    let rows = runs.flatMap { run in
      run.speculative.compactMap { summary, style in
        summary.overall.speedup.map {
          ForestPlot.Row(
            (runs.count > 1 ? "\(run.name): " : "") + summary.configuration.name, $0.ratio,
            interval: $0.interval, style: style)
        }
      }
    }
    let plot = ForestPlot("Speedup", axis: "speedup over plain decoding (times)", rows: rows)
    return Self(
      title: "Configurations",
      paragraphs: [
        "Speedup: the time of plain decoding over that of the configuration, for the same bytes, "
          + "prefill left out, each the sum over prompts of the median time a byte; in brackets "
          + "the 95 % bootstrap interval over prompts. Acceptance: of the drafted bytes that were "
          + "handed to the verifier (what others call the acceptance rate), and of those that were "
          + "tested, up to the first of a round that was rejected."
      ],
      charts: rows.count > 1 ? [plot.figure] : [], tables: [table])
  }

  private static func row(_ summary: ConfigurationSummary, prefix: String) -> [String] {
    let all = summary.overall
    return [
      prefix + summary.configuration.name,
      NumberText.factor(all.speedup?.ratio, all.speedup?.interval),
      NumberText.factor(all.speedup?.geometricMean),
      NumberText.factor(all.speedup?.withPrefill),
      NumberText.fixed(all.bytesPerSecond, digits: 0),
      NumberText.percent(all.rounds?.counts.acceptanceRate, digits: 1),
      NumberText.percent(all.rounds?.counts.testedAcceptanceRate, digits: 1),
      NumberText.fixed(all.rounds?.counts.meanAcceptanceLength, digits: 2),
      summary.outputText,
    ]
  }
}
