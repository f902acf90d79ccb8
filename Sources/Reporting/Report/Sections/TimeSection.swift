extension ReportDocument.Section {
  /// Where the time of a byte went, configuration by configuration.
  static func time(_ run: ReportedRun) -> Self? {
    let rows = run.summary.configurations.compactMap { summary in
      microseconds(summary, run: run).map { (summary.configuration.name, $0) }
    }
    guard !rows.isEmpty else { return nil }
    let parts = ["catch up", "draft tokens", "verify", "roll back", "rest"]
    return Self(
      title: "Where the time goes",
      paragraphs: [
        "Microseconds for each byte written, prefill left out. Catching up is the drafter's taking "
          + "in of decided bytes; the rest is sampling, comparing and bookkeeping."
      ],
      charts: [
        StackedBars(
          label: "Where the time goes", axis: "time a byte (µs)", parts: parts,
          bars: rows.map { .init(name: $0.0, values: $0.1) }
        ).figure
      ],
      tables: [
        ReportTable(
          ["µs a byte"] + parts + ["sum"],
          rows.map { name, values in
            [name] + (values + [values.reduce(0, +)]).map { NumberText.fixed($0, digits: 1) }
          })
      ],
      foldsTables: true)
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
  static func waits(_ run: ReportedRun) -> Self {
    func text(_ pace: WaitSummary.Pace?) -> String {
      pace.map { "\(NumberText.seconds($0.p50)) / \(NumberText.seconds($0.p99))" } ?? "-"
    }
    return Self(
      title: "How long a reader waits",
      paragraphs: [
        "The median and what 99 in 100 stay below. Bytes of a round arrive together and share the "
          + "time since the round before."
      ],
      tables: [
        ReportTable(
          [
            "configuration", "first byte", "between bytes", "between rounds", "prefill, bytes/s",
          ],
          run.summary.configurations.map { summary in
            let waits = summary.overall.waits
            return [
              summary.configuration.name, text(waits.firstByte), text(waits.betweenBytes),
              text(waits.betweenRounds),
              NumberText.fixed(summary.overall.prefillBytesPerSecond, digits: 0),
            ]
          })
      ])
  }
}
