package import Foundation

/// What `specdecode report --json` writes: schema `specdecode.report/2`.
///
/// | key | what it is |
/// | --- | --- |
/// | `schema` | `specdecode.report/2` |
/// | `runs` | one entry a benchmark: `name`, `summary` (`specdecode.bench-summary/2`), `outlooks` |
/// | `outlooks` | what acceptance and costs let one expect: `configuration`, `prediction`, `break_even_acceptance`, `improvements`, `advice` |
package struct ReportJSON: Sendable, Encodable {
  private let schema = "specdecode.report/2"
  private let runs: [Run]

  private struct Run: Sendable, Encodable {
    let name: String
    let summary: BenchmarkSummary
    let outlooks: [Outlook]
  }

  /// Collects runs.
  package init(_ runs: [ReportedRun]) {
    self.runs = runs.map { Run(name: $0.name, summary: $0.summary, outlooks: $0.outlooks) }
  }

  /// Indented JSON, keys sorted, with a newline at the end.
  package func data() throws -> Data { try JSONText.snakeCaseData(self) }
}
