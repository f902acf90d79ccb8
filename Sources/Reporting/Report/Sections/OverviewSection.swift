extension ReportDocument.Section {
  /// A row for each configuration of each run: what it came to.
  package static func overview(_ runs: [ReportedRun]) -> Self {
    var section = Self("Configurations")
    section.paragraphs = [
      "Speedup: the time of plain decoding over that of the configuration, for the same bytes, "
        + "prefill left out, each the sum over prompts of the median time a byte; in brackets the "
        + "95 % bootstrap interval over prompts."
    ]
    var table = ReportTable([
      "configuration", "speedup (95 %)", "geometric mean", "with prefill", "bytes/s",
      "acceptance", "bytes a round", "identical",
    ])
    for run in runs {
      for summary in run.summary.configurations {
        table.rows.append(row(summary, prefix: runs.count > 1 ? "\(run.name): " : ""))
      }
    }
    section.tables = [table]
    return section
  }

  private static func row(_ summary: ConfigurationSummary, prefix: String) -> [String] {
    let all = summary.overall
    func number(_ value: Double?, _ digits: Int) -> String {
      value.map { NumberText.fixed($0, digits: digits) } ?? "-"
    }
    return [
      prefix + summary.configuration.name,
      NumberText.factor(all.speedup?.ratio, all.speedup?.interval),
      NumberText.factor(all.speedup?.geometricMean),
      NumberText.factor(all.speedup?.withPrefill),
      number(all.bytesPerSecond, 0),
      NumberText.percent(all.rounds?.acceptanceRate, digits: 1),
      number(all.rounds?.bytesPerRound, 2),
      identity(all.identity, promised: summary.configuration.promisesIdentity),
    ]
  }

  private static func identity(_ identity: IdentitySummary?, promised: Bool) -> String {
    guard let identity, identity.compared > 0 else { return "-" }
    guard identity.differing > 0 else { return "all \(identity.compared)" }
    let count = "\(identity.differing) of \(identity.compared) differ"
    return promised ? "NO: \(count)" : "\(count) (lossy)"
  }
}
