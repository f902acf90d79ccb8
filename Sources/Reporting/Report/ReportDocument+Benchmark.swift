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
      headlines: runs.compactMap(Headline.init),
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

  /// Of more configurations only the fastest are told of, and all that break a promise.
  private static let findingLimit = 4

  private static func findings(_ run: ReportedRun, prefix: String) -> [String] {
    let all = run.speculative.map(\.summary)
    let told =
      all.count <= findingLimit ? all : all.filter { isFastest($0, of: all) || $0.breaksIdentity }
    var findings = told.compactMap { finding($0).map { prefix + $0 } }
    if told.count < all.count {
      findings.append(
        prefix
          + "Of \(all.count) configurations these are the fastest of each temperature and each "
          + "rule of acceptance; all are in the table.")
    }
    if !run.summary.isComplete {
      findings.append(prefix + "The measuring was cut off; what it had measured is reported.")
    }
    findings += run.summary.warnings.map {
      prefix + $0.prefix(1).uppercased() + $0.dropFirst() + "."
    }
    let shards = run.file.runs.compactMap(\.shard)
    if let count = shards.first?.count, shards.count < count {
      findings.append(prefix + "Only \(shards.count) of \(count) shards are here.")
    }
    return findings
  }

  /// Whether none with the same temperature and the same rule is faster.
  private static func isFastest(
    _ summary: ConfigurationSummary, of all: [ConfigurationSummary]
  ) -> Bool {
    guard let ratio = summary.overall.speedup?.ratio else { return false }
    let own = summary.configuration
    return all.allSatisfy {
      $0.configuration.temperature != own.temperature
        || $0.configuration.acceptance != own.acceptance
        || ($0.overall.speedup?.ratio ?? 0) <= ratio
    }
  }

  private static func finding(_ summary: ConfigurationSummary) -> String? {
    let name = summary.configuration.name
    let identity = summary.overall.identity
    if summary.configuration.promisesIdentity, let identity, identity.differing > 0 {
      return "\(name): \(identity.differing) of \(identity.compared) outputs differ from plain "
        + "decoding, which they never may; so there is no speedup to tell of."
    }
    guard let speedup = summary.overall.speedup else { return nil }
    let prompts = NumberText.count(speedup.prompts.count, "prompt")
    let bytes =
      switch summary.promise {
      case .identical:
        identity?.isIdentical == true ? "every output the same to the byte" : "outputs not compared"
      case .sameDistribution: "the same distribution, with other bytes"
      case .lossy: "lossy: another distribution"
      }
    return "\(name): \(NumberText.factor(speedup.ratio, speedup.interval)) as fast as plain "
      + "decoding over \(prompts), \(bytes)."
  }
}
