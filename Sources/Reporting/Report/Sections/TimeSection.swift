extension ReportDocument.Section {
  /// Where the time of a byte went, configuration by configuration.
  package static func time(_ run: ReportedRun) -> Self {
    var section = Self("Where the time goes")
    let rows = run.summary.configurations.compactMap { summary in
      microseconds(summary, run: run).map { (summary.configuration.name, $0) }
    }
    guard !rows.isEmpty else { return section }
    let parts = ["catch up", "draft tokens", "verify", "roll back", "rest"]
    section.paragraphs = [
      "Microseconds for each byte written, prefill left out. Catching up is the drafter's taking in "
        + "of decided bytes; the rest is sampling, comparing and bookkeeping."
    ]
    section.charts = [
      StackedBars(
        "Where the time goes", axis: "time a byte (µs)", parts: parts,
        bars: rows.map { .init($0.0, $0.1) }
      ).figure
    ]
    section.tables = [
      ReportTable(
        ["µs a byte"] + parts + ["sum"],
        rows.map { name, values in
          [name] + (values + [values.reduce(0, +)]).map { NumberText.fixed($0, digits: 1) }
        })
    ]
    section.foldsTables = true
    return section
  }

  /// For each byte, part by part; nil when nothing was written.
  private static func microseconds(
    _ summary: ConfigurationSummary, run: ReportedRun
  ) -> [Double]? {
    let bytes = run.file.samples.reduce(0) {
      $0 + ($1.configuration == summary.configuration.id ? $1.outputBytes : 0)
    }
    guard bytes > 0 else { return nil }
    let timing = summary.overall.timing
    let drafting = max(0, timing.draft - timing.catchUp)
    return [timing.catchUp, drafting, timing.verify, timing.rollBack, timing.rest].map {
      $0 / Double(bytes) * 1e6
    }
  }

  /// How long a reader waits.
  package static func waits(_ run: ReportedRun) -> Self {
    var section = Self("How long a reader waits")
    section.paragraphs = [
      "The median and what 99 in 100 stay below. Bytes of a round arrive together and share the "
        + "time since the round before."
    ]
    func text(_ pace: WaitSummary.Pace?) -> String {
      pace.map { "\(NumberText.seconds($0.p50)) / \(NumberText.seconds($0.p99))" } ?? "-"
    }
    section.tables = [
      ReportTable(
        [
          "configuration", "first byte", "between bytes", "between rounds", "prefill, bytes/s",
        ],
        run.summary.configurations.map { summary in
          let waits = summary.overall.waits
          return [
            summary.configuration.name, text(waits.firstByte), text(waits.betweenBytes),
            text(waits.betweenRounds),
            summary.overall.prefillBytesPerSecond.map { NumberText.fixed($0, digits: 0) } ?? "-",
          ]
        })
    ]
    return section
  }
}
