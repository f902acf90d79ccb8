import Foundation
import Reporting

/// `specdecode report`: what a benchmark measured, as text, as a page, as JSON.
enum ReportCommand: Command {
  static let help = CommandSpecification(
    name: "report", summary: "tell what benchmarks measured: Markdown, a page with charts, JSON",
    arguments: ["RUN.jsonl"], repeatsLastArgument: true,
    discussion: """
      Files are what bench --output wrote. Shards of one benchmark (bench --shard) are put together
      to what one run would have given; other files are shown side by side. A folder stands for one
      benchmark: all .jsonl files in it.

      Markdown goes to stdout unless another option says what to write. With - in place of a file
      its contents go to stdout.
      """,
    examples: [
      .init(
        "the page of a benchmark", "specdecode report run.jsonl --html run.html"),
      .init(
        "shards, as a cluster left them", "specdecode report results/shard-*.jsonl"),
      .init(
        "did it get faster?", "specdecode report --compare before.jsonl after.jsonl"),
    ])

  struct Request: CommandRequest {
    /// Files and folders.
    let paths: [String]
    /// Where to write a page.
    let html: String?
    /// Where to write Markdown.
    let markdown: String?
    /// Where to write JSON.
    let json: String?
    /// Whether two benchmarks are compared.
    let isComparison: Bool
    /// The most texts of each configuration on a page.
    let textLimit: Int

    init(_ options: OptionReader) throws(UsageError) {
      paths = try options.paths()
      html = try options.path(
        "--html", "FILE|-", "write one page with charts that needs nothing else")
      markdown = try options.path("--markdown", "FILE|-", "write Markdown there")
      json = try options.json().path
      isComparison = options.flag(
        "--compare", "take two benchmarks: what changed, and is it more than noise?")
      textLimit =
        try options.integer(
          "--texts", in: 0...100_000, "texts of each configuration on the page (6)")
        ?? 6
      for (first, second) in [
        ("--html", "--markdown"), ("--html", "--json"), ("--markdown", "--json"),
      ]
      where options.original(first) == "-" && options.original(second) == "-" {
        throw .conflict(option: first, other: second, remedy: "one of them can go to stdout")
      }
    }

    /// Every file or stream that is to be written.
    var outputs: [String] { [html, markdown, json].compactMap { $0 } }
  }

  static func run(_ request: Request) throws -> ExitCode {
    for output in request.outputs where output != "-" {
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
    _ document: ReportDocument, _ request: Request, json: () throws -> Data
  ) throws {
    if let path = request.html { try write(Data(document.page.utf8), to: path) }
    if let path = request.json { try write(json(), to: path) }
    if let path = request.markdown ?? (request.outputs.isEmpty ? "-" : nil) {
      try write(Data(document.markdown.utf8), to: path)
    }
  }

  private static func write(_ data: Data, to path: String) throws {
    guard path == "-" else { return try FileOutput.write(data, to: path) }
    try StandardOutput.write(Array(data))
  }
}
