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
    /// Where to write the table of configurations as CSV.
    let csv: String?
    /// The folder for a file a chart.
    let svg: String?
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
      csv = try options.path(
        "--csv", "FILE|-", "write a row for each configuration and kind of text as CSV")
      svg = try options.path("--svg", "DIR", "write each chart there as a file that stands alone")
      isComparison = options.flag(
        "--compare", "take two benchmarks: what changed, and is it more than noise?")
      textLimit =
        try options.integer(
          "--texts", in: 0...100_000, "texts of each configuration on the page (6)")
        ?? 6
      let toOutput = ["--html", "--markdown", "--json", "--csv"].filter {
        options.original($0) == "-"
      }
      if toOutput.count > 1 {
        throw .conflict(
          option: toOutput[0], other: toOutput[1], remedy: "one of them can go to stdout")
      }
      try options.exclude("--compare", "--csv", remedy: "a comparison is a report of its own")
    }

    /// Every file or stream that is to be written.
    var outputs: [String] { [html, markdown, json, csv].compactMap { $0 } }
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
      if let path = request.csv { try write(Data(ReportCSV.text(runs).utf8), to: path) }
    }
    return .success
  }

  private static func write(
    _ document: ReportDocument, _ request: Request, json: () throws -> Data
  ) throws {
    if let path = request.html { try write(Data(document.page.utf8), to: path) }
    if let path = request.json { try write(json(), to: path) }
    if let folder = request.svg { try write(document.charts, to: folder) }
    if let path = request.markdown ?? (request.outputs.isEmpty && request.svg == nil ? "-" : nil) {
      try write(Data(document.markdown.utf8), to: path)
    }
  }

  private static func write(
    _ charts: [(name: String, figure: Figure)], to folder: String
  ) throws {
    if !FileOutput.isFolder(folder) {
      try CommandError.writing(folder) {
        try FileManager.default.createDirectory(
          atPath: folder, withIntermediateDirectories: false)
      }
    }
    for (name, figure) in charts {
      try FileOutput.write(Data(figure.file.utf8), to: "\(folder)/\(name).svg")
    }
    StandardError.say("wrote \(folder): \(NumberText.count(charts.count, "chart"))\n")
  }

  private static func write(_ data: Data, to path: String) throws {
    guard path != "-" else { return try StandardOutput.write(Array(data)) }
    try FileOutput.write(data, to: path)
    StandardError.say("wrote \(path): \(NumberText.bytes(data.count))\n")
  }
}
