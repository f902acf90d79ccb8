import DecodingCore
import Kernels
import SpeculativeDecoding

/// What the options of `run` ask for.
struct RunRequest: Equatable {
  let prompt: PromptSource
  let drafter: String?
  let verifier: String?
  let options: DecodingOptions
  let samples: Int
  let threads: Int
  let isDrafting: Bool
  let hasBaseline: Bool
  let isHighlighted: Bool
  private let json: String?

  /// Whether standard output holds the JSON report alone.
  var writesJSONToOutput: Bool { json == "-" }

  /// The file for the JSON report.
  var jsonFile: String? { writesJSONToOutput ? nil : json }

  /// Checks every value.
  init(_ arguments: ParsedArguments) throws(UsageError) {
    try Self.checkConflicts(arguments)
    prompt = try Self.prompt(arguments)
    drafter = try arguments.path("--drafter")
    verifier = try arguments.path("--verifier")
    isDrafting = !arguments.has("--no-draft")
    hasBaseline = isDrafting && !arguments.has("--no-baseline")
    samples = try arguments.integer("--samples", in: 1...(.max), default: 1)
    threads = try arguments.integer(
      "--threads", in: 1...WorkerTeam.sizeLimit, default: WorkerTeam.defaultSize)
    isHighlighted = arguments.has("--highlight")
    json = try arguments.path("--json")
    options = try DecodingOptions(
      maxBytes: arguments.integer("--max-bytes", in: 0...(.max), default: 512),
      sampling: SamplingOptions(
        temperature: arguments.number("--temperature", default: 0),
        seed: arguments.integer("--seed", in: 0...(.max), default: 0)),
      draftLength: Self.draftLength(arguments),
      startByte: arguments.integer("--start-byte", in: 0...255, default: 0x0A))
    try Self.check(options)
  }

  /// What the parser does not check is a temperature too small to sample with.
  private static func check(_ options: DecodingOptions) throws(UsageError) {
    do {
      try options.validate()
    } catch {
      throw .invalidValue(
        option: "--temperature", value: "\(options.sampling.temperature)",
        remedy: "0 or a number of at least \(SamplingOptions.leastTemperature)")
    }
  }

  private static func checkConflicts(_ arguments: ParsedArguments) throws(UsageError) {
    try arguments.exclude("--prompt", "--prompt-file", remedy: "give one prompt")
    for option in ["--drafter", "--draft-tokens"] {
      try arguments.exclude(
        "--no-draft", option, remedy: "leave out --no-draft to decode with a drafter")
    }
    if arguments.bytes("--json") == Array("-".utf8) {
      try arguments.exclude(
        "--highlight", "--json", remedy: "with --json - there is no text to colour")
    }
  }

  private static func prompt(_ arguments: ParsedArguments) throws(UsageError) -> PromptSource {
    if let bytes = arguments.bytes("--prompt") { return .given(bytes) }
    return try arguments.path("--prompt-file").map { .file($0) } ?? .builtIn
  }

  private static func draftLength(_ arguments: ParsedArguments) throws(UsageError) -> DraftLength {
    guard let text = try arguments.text("--draft-tokens"), text != "auto" else {
      return .automatic
    }
    guard let count = Int(text), count >= 0 else {
      throw .invalidValue(
        option: "--draft-tokens", value: text,
        remedy: "auto, or a whole number of at least 0")
    }
    return .tokens(count)
  }
}
