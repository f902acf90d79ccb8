extension ReportDocument {
  /// What changed from one benchmark to another, and whether it is more than noise.
  package init(_ comparison: BenchmarkComparison) {
    let names = comparison.names
    self.init(
      title: "\(names[0]) → \(names[1])",
      findings: comparison.changes.map { "\($0.name): \($0.sentence)" },
      chapters: [
        Chapter(sections: [
          .changes(comparison), .speeds(comparison), .differences(comparison),
        ])
      ])
  }
}

extension ReportDocument.Section {
  fileprivate static func changes(_ comparison: BenchmarkComparison) -> Self? {
    let changes = comparison.changes.filter { $0.speedup != nil }
    guard !changes.isEmpty else { return nil }
    return Self(
      title: "Speedup",
      paragraphs: [
        "The change is the geometric mean, over the prompts that both measured, of the second "
          + "speedup over the first, with its 95 % bootstrap interval over prompts. Each speedup "
          + "was measured against plain decoding in its own run. All numbers are over the prompts "
          + "that both measured. Of twenty changes that are noise about one is called a change."
      ],
      charts: [
        ForestPlot(
          "Change of the speedup", axis: "second speedup over first (times)",
          rows: changes.enumerated().compactMap { place, change in
            change.speedup.map {
              .init(
                change.name, $0.ratio, interval: $0.interval, style: SeriesStyle(index: place))
            }
          }
        ).figure
      ],
      tables: [
        ReportTable(
          [
            "configuration", "first (95 %)", "second (95 %)", "change (95 %)", "verdict",
            "accepted of drafted", "bytes a round", "prompts",
          ], changes.map(row))
      ])
  }

  private static func row(_ change: ConfigurationChange) -> [String] {
    func pair(_ values: [Double?], _ text: (Double?) -> String) -> String {
      values.map(text).joined(separator: " → ")
    }
    return [change.name]
      + change.speedups.map { NumberText.factor($0?.ratio, $0?.interval) } + [
        NumberText.factor(change.speedup?.ratio, change.speedup?.interval), change.verdict.text,
        pair(change.acceptance) { NumberText.percent($0, digits: 1) },
        pair(change.meanAcceptanceLength) { NumberText.fixed($0, digits: 2) }, "\(change.prompts)",
      ]
  }

  fileprivate static func speeds(_ comparison: BenchmarkComparison) -> Self {
    Self(
      title: "Decoding speed",
      paragraphs: [
        "Bytes a second, the second over the first. How fast the machine was in each run is in it: "
          + "where plain decoding changed, the machine, the kernels or the model did."
      ],
      tables: [
        ReportTable(
          ["configuration", "change (95 %)", "verdict", "prompts"],
          comparison.changes.map {
            [
              $0.name, NumberText.factor($0.speed?.ratio, $0.speed?.interval),
              ($0.speed?.verdict ?? .unknown).text, "\($0.prompts)",
            ]
          })
      ])
  }

  fileprivate static func differences(_ comparison: BenchmarkComparison) -> Self {
    Self(
      title: "What else differs",
      paragraphs: comparison.differences + comparison.unmatched.map { "only in \($0)" })
  }
}

extension ConfigurationChange {
  fileprivate var sentence: String {
    guard let change = speedup ?? speed else { return "no prompt in common, nothing to compare." }
    let what = speedup == nil ? "decoding speed" : "speedup"
    let size = NumberText.change(change.ratio - 1)
    let range = change.interval.map {
      "\(NumberText.change($0.lower - 1, digits: 0)) to \(NumberText.change($0.upper - 1, digits: 0))"
    }
    switch verdict {
    case .faster: return "the \(what) is larger, \(size) (\(range ?? "-"))."
    case .slower: return "the \(what) is smaller, \(size) (\(range ?? "-"))."
    case .undecided: return "the \(what) changed by \(size); it could be \(range ?? "-")."
    case .unknown: return "the \(what) changed by \(size), on too few prompts for an interval."
    }
  }
}

extension ConfigurationChange.Verdict {
  fileprivate var text: String {
    switch self {
    case .faster: "larger"
    case .slower: "smaller"
    case .undecided: "undecided"
    case .unknown: "too few prompts"
    }
  }
}
