import Foundation
import Reporting

/// `specdecode eval`: bits per byte.
enum EvalCommand: Command {
  static let help = CommandSpecification(
    name: "eval",
    summary: "bits per byte of a model on files",
    arguments: ["MODEL", "FILE"], argumentNote: " (with --merge: two reports or more)",
    repeatsLastArgument: true,
    discussion: """
      A model is the folder of a checkpoint; FILE - is standard input. A byte-level model predicts
      each byte. A subword model, one with a tokenizer.json, predicts each token of the
      tokenizer's own division of the file, and its bits are divided by the bytes: an upper bound
      of what it needs, for other divisions of the same bytes have a probability too. Before the
      first byte the model has read one newline. The state is carried on through the whole file,
      however long.

      Bits are added up as whole numbers of 2^-24 bits, so shards that were measured apart add up
      to exactly what one run gives.
      """,
    examples: [
      .init("how well a verifier knows a book", "specdecode eval verifier emma.txt"),
      .init(
        "does it use a long context?", "specdecode eval verifier emma.txt --by-position"),
      .init(
        "the first of two parts, and both together",
        "specdecode eval verifier a.txt b.txt --shard 1/2 --json 1.json && "
          + "specdecode eval --merge 1.json 2.json"),
    ])

  static func run(_ request: EvalRequest) throws -> ExitCode {
    if let path = request.json.file { try FileOutput.requireWritable(path) }
    let interruption = Interruption()
    let report =
      request.isMerging
      ? try merged(request.paths)
      : try Evaluation(request).measure { interruption.signal != nil }
    try request.json.write(
      text: report.text(showsPositions: request.showsPositions), json: report.json)
    return .ofRun(identical: nil, signal: interruption.signal)
  }

  private static func merged(_ paths: [String]) throws -> EvaluationReport {
    var result = try report(at: paths[0])
    for path in paths.dropFirst() { try result.merge(report(at: path)) }
    return result
  }

  private static func report(at path: String) throws(CommandError) -> EvaluationReport {
    let bytes = try FileInput.jsonBytes(of: path, limit: 1 << 26, opening: "{")
    guard let report = try? JSONDecoder().decode(EvaluationReport.self, from: Data(bytes)),
      report.schema == EvaluationReport.schema
    else {
      throw .unexpectedContents(
        path: path, found: "is no report of an evaluation",
        remedy: "give a file that specdecode eval --shard I/N --json wrote")
    }
    return report
  }
}

/// What a command line of `eval` asks for.
struct EvalRequest: Equatable, CommandRequest {
  /// All arguments: the model and the files, or reports to merge.
  let paths: [String]
  let context: Int?
  let showsPositions: Bool
  let shard: Shard?
  let isMerging: Bool
  let devices: ModelDevices
  let isQuiet: Bool
  let json: JSONDestination

  /// Reads and checks every value.
  init(_ options: OptionReader) throws(UsageError) {
    paths = try options.paths()
    context = try options.integer(
      "--context", in: 1...(.max), "start the model anew after so many bytes (default: never)")
    showsPositions = options.flag("--by-position", "also a table by how many bytes came before")
    shard = try options.shard("every N-th piece from the I-th; a piece is a file, or a context")
    isMerging = options.flag(
      "--merge", "MODEL and FILE are two or more reports of shards (--json): add them up")
    devices = try options.devices(hasDrafter: false)
    json = try options.json()
    isQuiet = options.quiet()
    try options.exclude("--merge", "--shard", "--context", remedy: "the reports say it")
  }
}
