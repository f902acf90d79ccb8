import Foundation
import Reporting

/// `specdecode report`: what a benchmark measured, as text, as a page, as JSON.
enum ReportCommand: Command {
  static let specification = CommandSpecification(
    name: "report", summary: "tell what benchmarks measured: Markdown, a page with charts, JSON",
    arguments: ["RUN.jsonl"], repeatsLastArgument: true,
    options: [
      CommandSpecification.Option(
        "--html", "FILE", "write one page with charts that needs nothing else"),
      CommandSpecification.Option("--markdown", "FILE", "write Markdown there, not to stdout"),
      CommandSpecification.Option("--json", nil, "write all numbers as JSON to stdout"),
      CommandSpecification.Option(
        "--compare", nil, "take two benchmarks: what changed, and is it more than noise?"),
      CommandSpecification.Option(
        "--texts", "N", "texts of each configuration on the page (6)"),
    ],
    discussion: """
      Files are what bench --output wrote. Shards of one benchmark (bench --shard) are put together
      to what one run would have given; other files are shown side by side. A folder stands for one
      benchmark: all .jsonl files in it.

      Markdown goes to stdout unless --html, --markdown or --json says where to write.
      """,
    examples: [
      CommandSpecification.Example(
        "the page of a benchmark", "specdecode report run.jsonl --html run.html"),
      CommandSpecification.Example(
        "shards, as a cluster left them", "specdecode report results/shard-*.jsonl"),
      CommandSpecification.Example(
        "did it get faster?", "specdecode report --compare before.jsonl after.jsonl"),
    ])

  static func run(_ arguments: ParsedArguments) throws -> ExitCode {
    let request = try ReportRequest(arguments)
    for output in [request.html, request.markdown].compactMap({ $0 }) {
      try FileOutput.requireWritable(output)
    }
    let runs = try BenchmarkInput.runs(request.paths)
    if request.isComparison {
      guard runs.count == 2 else { throw ReportError.notTwo(count: runs.count) }
      let comparison = BenchmarkComparison(runs[0], runs[1])
      try write(ReportDocument(comparison), request) { try JSONText.snakeCaseData(comparison) }
    } else {
      try write(ReportDocument(runs, textLimit: request.textLimit), request) {
        try ReportJSON(runs).data()
      }
    }
    return .success
  }

  private static func write(
    _ document: ReportDocument, _ request: ReportRequest, json: () throws -> Data
  ) throws {
    if let path = request.html { try FileOutput.write(Data(document.page.utf8), to: path) }
    if let path = request.markdown { try FileOutput.write(Data(document.markdown.utf8), to: path) }
    if request.isJSON {
      try StandardOutput.write(Array(json()))
    } else if request.html == nil, request.markdown == nil {
      try StandardOutput.write(Array(document.markdown.utf8))
    }
  }
}
