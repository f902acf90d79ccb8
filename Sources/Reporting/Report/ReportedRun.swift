/// A benchmark as a report tells of it: its records, their statistics, and what they let one expect.
package struct ReportedRun: Sendable {
  /// What tells it from others in the report.
  package let name: String
  /// The records.
  package let file: BenchmarkFile
  /// All numbers of them.
  package let summary: BenchmarkSummary
  /// What is to be expected of each speculative configuration whose costs are known.
  package let outlooks: [Outlook]

  let resamples: Int

  /// Computes everything.
  package init(name: String, file: BenchmarkFile, resamples: Int = Bootstrap.standardResamples) {
    self.name = name
    self.resamples = resamples
    self.file = file
    let summary = BenchmarkSummary(file, resamples: resamples)
    self.summary = summary
    let samples = Dictionary(grouping: file.samples, by: \.configuration)
    outlooks = summary.configurations.compactMap {
      Outlook($0, samples: samples[$0.configuration.id, default: []], costs: summary.costs)
    }
  }

  /// Configurations with a drafter, each with the style that it has in all charts.
  package var speculative: [(summary: ConfigurationSummary, style: SeriesStyle)] {
    summary.configurations.filter { $0.configuration.kind == .speculative }.enumerated()
      .map { ($0.element, SeriesStyle(index: $0.offset)) }
  }

  /// What is to be expected of a configuration.
  package func outlook(of configuration: BenchmarkConfiguration) -> Outlook? {
    outlooks.first { $0.configuration == configuration.id }
  }

  /// The name of a prompt.
  package func promptName(_ index: Int) -> String {
    file.prompts.first { $0.index == index }?.id ?? "\(index)"
  }
}
