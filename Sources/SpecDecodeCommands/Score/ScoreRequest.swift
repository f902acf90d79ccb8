import DecodingCore
import Foundation
import Reporting
import SpeculativeDecoding

/// What a command line of `score` asks for.
struct ScoreRequest: Equatable, CommandRequest {
  let prompt: PromptSource
  let loadState: String?
  let startByte: UInt8
  let verifier: String?
  let batchSize: Int
  let order: ScoreReport.Order?
  let devices: ModelDevices
  let isQuiet: Bool
  let json: JSONDestination
  /// The file of continuations, if one is named.
  private let path: String?
  private let isJSONLines: Bool
  private let given: [[UInt8]]

  /// Reads and checks every value.
  init(_ options: OptionReader) throws(UsageError) {
    prompt =
      try options.prompt("what they continue", fallback: "nothing") ?? .given([])
    loadState = try options.path(
      "--load-state", "FILE", "they continue this; --prompt, if given, is read after it")
    given = try options.all(
      "--continuation -c", "TEXT", "one more continuation; may be given several times",
      remedy: "a text"
    ) { $0 }
    let isMarked = options.flag(
      "--jsonl", "CONTINUATIONS has JSON lines with text or base64 (as *.jsonl always)")
    order = try options.value(
      "--sort", "total|per-byte", "likeliest first (default: the order of the lines)",
      remedy: "total or per-byte", ScoreReport.Order.init(rawValue:))
    batchSize =
      try options.integer(
        "--batch-size", in: ScoringLimits.batchSizes,
        "parts of continuations in a pass: speed and memory only (default 8)")
      ?? ScoringLimits.defaultBatchSize
    verifier = try options.verifier()
    devices = try options.devices(hasDrafter: false)
    startByte = try options.startByte()
    json = try options.json()
    isQuiet = options.quiet()
    path = try options.paths().first.flatMap { $0.isEmpty ? nil : $0 }
    isJSONLines = isMarked || path?.hasSuffix(".jsonl") ?? false
    let inputs = [path == "-", prompt.isStandardInput, loadState == "-"]
    guard inputs.count(where: { $0 }) < 2 else {
      throw .invalidValue(
        option: "-", value: "-", remedy: "standard input once: prompt, state or continuations")
    }
  }

  /// Those of the file, then those of the command line.
  func continuations() throws -> [[UInt8]] {
    guard path != nil || !given.isEmpty else {
      throw UsageError.missingArgument(
        name: "CONTINUATIONS, a file with one a line, or --continuation TEXT", command: "score")
    }
    let read = try path.map { try Self.read($0, isJSONLines: isJSONLines) } ?? []
    return read + given
  }

  /// The most continuations of a file.
  private static let countLimit = 1_000_000

  /// A line each; the last may lack its newline.
  private static func read(_ path: String, isJSONLines: Bool) throws -> [[UInt8]] {
    let bytes = try FileInput.bytes(of: path, limit: 1 << 28)
    let name = FileInput.name(of: path)
    var lines = bytes.split(separator: 0x0A, omittingEmptySubsequences: false)
    if lines.last?.isEmpty ?? false { lines.removeLast() }
    guard (1...countLimit).contains(lines.count) else {
      throw CommandError.unexpectedContents(
        path: name, found: "has \(lines.count) continuations",
        remedy: "give one a line, at most \(countLimit)")
    }
    guard isJSONLines else { return lines.map { Array($0) } }
    return try lines.enumerated().map { number, line in
      try PromptFile.bytes(ofLine: Data(line), number: number + 1, file: name)
    }
  }
}

extension ScoreCommand {
  static let help = CommandSpecification(
    name: "score",
    summary: "how probable given continuations of a text are",
    arguments: ["[CONTINUATIONS]"],
    discussion: """
      CONTINUATIONS is a file with one continuation a line, - for standard input. A line is raw
      bytes without its newline; it may be empty, and nothing is trimmed: where words are parted by
      a blank, the blank is the first byte of the continuation, or the last of the prompt. For
      continuations with newlines there are JSON lines: {"text": " yes\\n"} or {"base64": "…"}.

      A line of output a continuation: the natural logarithm of its probability after the prompt
      (the sum over its bytes, in the model's own distribution, at temperature 1), the bits a byte
      that this makes, its bytes and its text. The likeliest is marked. Without a prompt it
      continues one newline, as in eval.

      All share passes over the weights, and a beginning that several have in common is computed
      once. Each score is, bit by bit, that of the continuation alone, byte by byte.
      """,
    examples: [
      .init(
        "which of two?",
        "specdecode score -p \"The captain looked at\" -c \" me\" -c \" the sea\""),
      .init(
        "the readings of a line, likeliest first",
        "specdecode score --load-state page.state readings.txt --sort total"),
      .init("byte by byte", "specdecode score -p \"It was\" readings.jsonl --json scores.json"),
    ])
}
