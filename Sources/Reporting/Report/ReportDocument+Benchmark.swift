extension ReportDocument {
  /// The report of one benchmark, or of several side by side.
  ///
  /// - Parameters:
  ///   - runs: at least one.
  ///   - textLimit: the most texts of each configuration on a page.
  package init(_ runs: [ReportedRun], textLimit: Int) {
    let isSeveral = runs.count > 1
    let all = isSeveral ? [Chapter(sections: [.overview(runs)])] : []
    self.init(
      title: isSeveral
        ? "Speculative decoding: \(runs.count) benchmarks"
        : "Speculative decoding: \(runs.first?.name ?? "")",
      findings: runs.flatMap { Self.findings($0, prefix: isSeveral ? "\($0.name): " : "") },
      chapters: all
        + runs.enumerated().map { place, run in
          Chapter(
            title: isSeveral ? run.name : nil,
            sections: (isSeveral ? [] : [.overview([run])]) + [
              .categories(run), .prompts(run), .prediction(run),
              .draftLength(run), .time(run), .waits(run), .acceptance(run), .rounds(run),
              .costs(run), .texts(run, limit: textLimit, place: place), .machine(run),
            ])
        })
  }

  private static func findings(_ run: ReportedRun, prefix: String) -> [String] {
    var findings = run.speculative.compactMap { summary, _ -> String? in
      finding(summary).map { prefix + $0 }
    }
    if !run.summary.isComplete {
      findings.append(prefix + "The measuring was cut off; what it had measured is reported.")
    }
    let shards = run.file.runs.compactMap(\.shard)
    if let count = shards.first?.count, shards.count < count {
      findings.append(prefix + "Only \(shards.count) of \(count) shards are here.")
    }
    return findings
  }

  private static func finding(_ summary: ConfigurationSummary) -> String? {
    let name = summary.configuration.name
    let identity = summary.overall.identity
    if summary.configuration.promisesIdentity, let identity, identity.differing > 0 {
      return "\(name): \(identity.differing) of \(identity.compared) outputs differ from plain "
        + "decoding, which they never may; so there is no speedup to tell of."
    }
    guard let speedup = summary.overall.speedup else { return nil }
    let bytes =
      !summary.configuration.promisesIdentity
      ? "lossy: the rule does not promise the same bytes"
      : identity?.isIdentical == true ? "every output the same to the byte" : "outputs not compared"
    return "\(name): \(NumberText.factor(speedup.ratio, speedup.interval)) as fast as plain "
      + "decoding over \(summary.overall.prompts) prompts, \(bytes)."
  }
}
