import SpeculativeDecoding

extension BenchmarkSummary {
  /// The summary in plain words, for a terminal; ends with a newline.
  package var text: String {
    // Names in it may come from a file.
    VisibleText.of(
      ([machineText] + configurations.map { configurationText($0) } + [
        costText, overviewText, endText,
      ]).compactMap { $0 }.joined(separator: "\n"))
  }

  private var machineText: String {
    let memory = memoryBytesPerSecond.map {
      ", memory read at \(NumberText.fixed($0.median / 1e9, digits: 1)) GB/s"
        + " (\(NumberText.fixed($0.minimum / 1e9, digits: 1)) to "
        + "\(NumberText.fixed($0.maximum / 1e9, digits: 1)))"
    }
    return """
      specdecode \(run.version)\(run.commit.map { ", commit \($0)" } ?? ""), \(run.started)
      \(run.machine.processor), \(run.instructionSet), \(run.threadText)\(memory ?? "")
      verifier    \(run.verifier.name) \(run.verifier.fingerprint.prefix(12))
      \(run.drafters.map { "drafter     \($0.name) \($0.fingerprint.prefix(12))\n" }.joined())
      """
  }

  private func configurationText(_ summary: ConfigurationSummary) -> String {
    let configuration = summary.configuration
    let all = summary.overall
    var lines = [
      "\(configuration.name)  (\(NumberText.count(all.prompts, "prompt")), "
        + "\(NumberText.count(all.samples, "sample")))"
    ]
    func add(_ name: String, _ text: String?) {
      if let text { lines.append("  " + NumberText.padded(name, to: 16) + text) }
    }
    add("speedup", all.speedup.map(Self.speedupText))
    add("with prefill", all.speedup.map { Self.ratio($0.withPrefill, $0.withPrefillInterval) })
    add("identical", all.identity.map { identityText($0, configuration) })
    add("decoding", Self.rate(all.bytesPerSecond))
    add("prefill", Self.rate(all.prefillBytesPerSecond))
    add("first byte", Self.pace(all.waits.firstByte))
    add("between bytes", Self.pace(all.waits.betweenBytes))
    add("between rounds", all.rounds == nil ? nil : Self.pace(all.waits.betweenRounds))
    add("rounds", all.rounds?.counts.roundsText(digits: 2))
    add("acceptance", all.rounds?.counts.acceptanceText)
    add("by position", all.rounds.flatMap(Self.positionText))
    add("bytes a round", all.rounds.map(Self.histogramText))
    add("time", Self.timeText(all.timing, isDrafting: all.rounds != nil))
    lines += summary.categories.compactMap(Self.categoryText)
    return lines.joined(separator: "\n") + "\n"
  }

  private static func speedupText(_ speedup: SpeedupSummary) -> String {
    let spread = speedup.spread
    guard speedup.prompts.count > 1 else { return ratio(speedup.ratio, nil) }
    return ratio(speedup.ratio, speedup.interval) + " · geometric mean "
      + ratio(speedup.geometricMean, speedup.geometricInterval) + " · median of prompts "
      + "\(fixed(spread.median))x, quartiles \(fixed(spread.lowerQuartile)) to "
      + "\(fixed(spread.upperQuartile)), all \(fixed(spread.minimum)) to \(fixed(spread.maximum))"
  }

  private func identityText(
    _ identity: IdentitySummary, _ configuration: BenchmarkConfiguration
  ) -> String {
    guard let first = identity.firstDifference else {
      return "yes, \(identity.compared) of \(identity.compared)"
    }
    let verdict =
      configuration.promise == .identical ? "NO" : "no (\(configuration.promise.text) is promised)"
    return "\(verdict): \(identity.differing) of \(identity.compared) outputs differ, first "
      + "prompt \(first.prompt), repetition \(first.repetition), byte \(first.byte ?? 0)"
  }

  /// The share of the drafted bytes at each place that was accepted, and of how many rounds.
  private static func positionText(_ rounds: RoundSummary) -> String? {
    guard !rounds.counts.positions.isEmpty else { return nil }
    return rounds.counts.positions.prefix(12).map {
      "\(NumberText.percent($0.share)) of \($0.drafted)"
    }.joined(separator: ", ")
  }

  private static func histogramText(_ rounds: RoundSummary) -> String {
    let shares = rounds.bytesHistogram.map { Double($0) / Double(max(rounds.counts.rounds, 1)) }
    let shown = shares.enumerated().filter { $0.element >= 0.005 }.prefix(12)
    let rest = 1 - shown.reduce(0) { $0 + $1.element }
    return
      (shown.map { "\($0.offset): \(NumberText.percent($0.element))" }
      + (rest >= 0.005 ? ["other: \(NumberText.percent(rest))"] : [])).joined(separator: ", ")
  }

  private static func timeText(_ timing: TimingReport, isDrafting: Bool) -> String? {
    NumberText.shares(
      isDrafting
        ? [
          ("catch up", timing.catchUp), ("draft", timing.draft - timing.catchUp),
          ("verify", timing.verify), ("roll back", timing.rollBack), ("rest", timing.rest),
        ] : [("verify", timing.verify), ("rest", timing.rest)])
  }

  private static func categoryText(_ group: GroupSummary) -> String? {
    guard let category = group.category, let speedup = group.speedup else { return nil }
    let bytes = group.rounds?.counts.meanAcceptanceLength.map {
      " · \(NumberText.fixed($0, digits: 2)) bytes a round"
    }
    return "    " + NumberText.padded(category, to: 15) + " "
      + ratio(speedup.ratio, speedup.interval)
      + (bytes ?? "")
  }

  private var costText: String? {
    guard let step = costs.first(where: { $0.work == .step }) else { return nil }
    func line(_ name: String, _ work: BenchmarkCost.Work, _ drafter: Int?) -> String? {
      let points = costs.filter { $0.work == work && $0.drafter == drafter }
      guard !points.isEmpty else { return nil }
      return NumberText.padded(name, to: 14)
        + points.map { "\($0.size): \(NumberText.seconds($0.seconds.median))" }
        .joined(separator: ", ")
    }
    let drafting = run.drafters.indices.flatMap { drafter in
      [
        line("draft token", .draftToken, drafter), line("catch up", .catchUp, drafter),
      ]
    }
    let lines =
      [
        "costs: a plain step \(NumberText.seconds(step.seconds.median)), then by bytes or token",
        line("  verify", .verify, nil), line("  roll back", .rollBack, nil),
      ] + drafting.map { $0.map { "  " + $0 } }
    return lines.compactMap { $0 }.joined(separator: "\n") + "\n"
  }

  /// One row a configuration: what most readers came for.
  private var overviewText: String? {
    guard configurations.count > 1 else { return nil }
    let rows = configurations.map { summary in
      [
        summary.configuration.name,
        summary.overall.speedup.map { Self.ratio($0.ratio, $0.interval) } ?? "-",
        Self.rate(summary.overall.bytesPerSecond) ?? "-",
        NumberText.percent(summary.overall.rounds?.counts.acceptanceRate),
        NumberText.percent(summary.overall.rounds?.counts.testedAcceptanceRate),
        NumberText.fixed(summary.overall.rounds?.counts.meanAcceptanceLength, digits: 2),
        summary.outputText,
      ]
    }
    return NumberText.table(
      [["", "speedup", "decoding", "of drafted", "of tested", "bytes a round", "output"]] + rows)
  }

  private var endText: String? {
    isComplete ? nil : "The run did not end in order: what it measured until then is above.\n"
  }

  private static func ratio(_ value: Double, _ interval: Interval?) -> String {
    let range = interval.map { " [\(fixed($0.lower)), \(fixed($0.upper))]" }
    return "\(fixed(value))x\(range ?? "")"
  }

  private static func fixed(_ value: Double) -> String { NumberText.fixed(value, digits: 2) }

  private static func rate(_ value: Double?) -> String? {
    value.map { "\(NumberText.fixed($0, digits: 0)) bytes/s" }
  }

  private static func pace(_ pace: WaitSummary.Pace?) -> String? {
    pace.map { "\(NumberText.seconds($0.p50)) (p50), \(NumberText.seconds($0.p99)) (p99)" }
  }
}
