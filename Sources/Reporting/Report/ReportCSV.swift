import SpeculativeDecoding

/// The table of all configurations, of each kind of text and of all together, as CSV (RFC 4180): for
/// a program that makes a paper's tables.
package enum ReportCSV {
  private static let header = [
    "run", "configuration", "acceptance_rule", "temperature", "kind", "prompts", "samples",
    "speedup", "speedup_lower", "speedup_upper", "geometric_mean", "speedup_with_prefill",
    "bytes_per_second", "acceptance_rate", "tested_acceptance_rate", "mean_acceptance_length",
    "rounds", "promise", "compared", "differing",
  ]

  /// The lines, the header first. What does not apply is empty.
  package static func text(_ runs: [ReportedRun]) -> String {
    let rows = runs.flatMap { run in
      run.summary.configurations.flatMap { summary in
        ([summary.overall] + summary.categories).map { row($0, of: summary, run: run.name) }
      }
    }
    return ([header] + rows).map { $0.map(quoted).joined(separator: ",") + "\r\n" }.joined()
  }

  private static func row(
    _ group: GroupSummary, of summary: ConfigurationSummary, run: String
  ) -> [String] {
    func text<Value>(_ value: Value?) -> String { value.map { "\($0)" } ?? "" }
    let configuration = summary.configuration
    return [
      run, configuration.name, text(configuration.acceptance), "\(configuration.temperature)",
      group.category ?? "all", "\(group.prompts)", "\(group.samples)",
      text(group.speedup?.ratio), text(group.speedup?.interval?.lower),
      text(group.speedup?.interval?.upper), text(group.speedup?.geometricMean),
      text(group.speedup?.withPrefill), text(group.bytesPerSecond),
      text(group.rounds?.counts.acceptanceRate), text(group.rounds?.counts.testedAcceptanceRate),
      text(group.rounds?.counts.meanAcceptanceLength), text(group.rounds?.counts.rounds),
      summary.promise.rawValue, text(group.identity?.compared), text(group.identity?.differing),
    ]
  }

  /// Names come from anywhere: no formula of a spreadsheet, and no end of a cell.
  private static func quoted(_ cell: String) -> String {
    let isFormula = cell.first.map { "=+@\t\r".contains($0) } ?? false
    let text = (isFormula ? "'" : "") + VisibleText.name(cell)
    guard text.contains(where: { ",\"".contains($0) }) else { return text }
    return "\"\(text.replacing("\"", with: "\"\""))\""
  }
}
