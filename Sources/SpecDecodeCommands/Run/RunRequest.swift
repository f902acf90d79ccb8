import DecodingCore
import Kernels
import SpeculativeDecoding

/// What the options of `run` ask for.
struct RunRequest: Equatable, JSONReporting {
  let prompt: PromptSource
  let drafter: String?
  let verifier: String?
  let options: DecodingOptions
  let samples: Int
  let threads: Int
  let isDrafting: Bool
  let hasBaseline: Bool
  let isHighlighted: Bool
  let showsRejected: Bool
  /// Whether nothing but errors goes to standard error.
  let isQuiet: Bool
  /// Whether prompts are read from standard input, one a line.
  let isInteractive: Bool
  /// The file to write the state at the end to.
  let saveState: String?
  /// The file with the state to begin from.
  let loadState: String?
  /// The file for the log probabilities of the output.
  let logProbabilityFile: String?
  let json: String?
  private let arguments: ParsedArguments

  /// Checks every value.
  init(_ arguments: ParsedArguments) throws(UsageError) {
    try Self.checkConflicts(arguments)
    prompt = try Self.prompt(arguments)
    drafter = try arguments.path("--drafter")
    verifier = try arguments.path("--verifier")
    isDrafting = !arguments.has("--no-draft")
    isInteractive = arguments.has("--interactive")
    saveState = try arguments.path("--save-state")
    loadState = try arguments.path("--load-state")
    samples = try arguments.integer("--samples", in: 1...(.max), default: 1)
    threads = try arguments.integer(
      "--threads", in: 1...WorkerTeam.sizeLimit, default: WorkerTeam.defaultSize)
    isHighlighted = arguments.has("--highlight")
    showsRejected = arguments.has("--show-rejected")
    isQuiet = arguments.has("--quiet")
    self.arguments = arguments
    json = try arguments.path("--json")
    logProbabilityFile = try arguments.path("--logprobs")
    options = try DecodingOptions(
      maxBytes: arguments.integer("--max-bytes", in: 0...(.max), default: 512),
      sampling: Self.sampling(arguments, changing: SamplingOptions()),
      stopTexts: Self.stopTexts(arguments),
      stopBytes: arguments.integers("--stop-byte", in: 0...255),
      keepsValidUTF8: arguments.has("--valid-utf8"),
      recordsLogProbabilities: logProbabilityFile != nil,
      draftLength: Self.draftLength(arguments),
      acceptance: arguments.acceptance(),
      startByte: arguments.integer("--start-byte", in: 0...255, default: 0x0A))
    // A prompt that is only read, for its state, leaves nothing to compare.
    let isPrefill = saveState != nil && options.maxBytes == 0
    hasBaseline =
      isDrafting && !isInteractive && !isPrefill && !arguments.has("--no-baseline")
    try Self.check(options)
  }

  /// Whether the options of the command line are to replace those of a state.
  var overridesSampling: Bool { arguments.has("--override-sampling") }

  /// Sampler options, with those of the command line in place of others.
  func sampling(changing others: SamplingOptions) throws(UsageError) -> SamplingOptions {
    try Self.sampling(arguments, changing: others)
  }

  private static func sampling(
    _ arguments: ParsedArguments, changing others: SamplingOptions
  ) throws(UsageError) -> SamplingOptions {
    SamplingOptions(
      temperature: try arguments.number("--temperature", default: others.temperature),
      seed: try arguments.integer("--seed", in: 0...(.max), default: others.seed),
      topK: arguments.bytes("--top-k") == nil
        ? others.topK : try arguments.integer("--top-k", in: 1...256, default: 256),
      topP: arguments.bytes("--top-p") == nil
        ? others.topP : try arguments.number("--top-p", default: 1),
      minP: arguments.bytes("--min-p") == nil
        ? others.minP : try arguments.number("--min-p", default: 0))
  }

  private static func stopTexts(_ arguments: ParsedArguments) throws(UsageError) -> [[UInt8]] {
    var texts: [[UInt8]] = []
    for given in arguments.allBytes("--stop") {
      guard let text = EscapedBytes.parse(given) else {
        throw .invalidValue(
          option: "--stop", value: String(decoding: given, as: UTF8.self),
          remedy: EscapedBytes.syntax)
      }
      texts.append(text)
    }
    return texts
  }

  /// What the parser does not check: the options of decoding have the names of the command line.
  private static func check(_ options: DecodingOptions) throws(UsageError) {
    do {
      try options.validate()
    } catch .invalidOption(let name, let value, let remedy) {
      throw .invalidValue(
        option: "--\(name)", value: value, remedy: String(remedy.trimmingPrefix("give ")))
    } catch {
      throw .invalidValue(option: "run", value: "\(error)", remedy: "other options")
    }
  }

  private static func checkConflicts(_ arguments: ParsedArguments) throws(UsageError) {
    try arguments.exclude("--prompt", "--prompt-file", remedy: "give one prompt")
    for option in ["--drafter", "--draft-tokens", "--acceptance"] {
      try arguments.exclude(
        "--no-draft", option, remedy: "leave out --no-draft to decode with a drafter")
    }
    if arguments.bytes("--json") == Array("-".utf8) {
      for option in ["--highlight", "--show-rejected"] {
        try arguments.exclude(
          option, "--json", remedy: "with --json - there is no text to colour")
      }
    }
    for option in [
      "--prompt", "--prompt-file", "--samples", "--json", "--save-state", "--logprobs",
    ] {
      try arguments.exclude(
        "--interactive", option, remedy: "--interactive reads its prompts, one a line")
    }
    try arguments.exclude(
      "--save-state", "--samples", remedy: "save the state of one generation at a time")
    for option in ["--save-state", "--logprobs"]
    where arguments.bytes(option) == Array("-".utf8) {
      throw .invalidValue(
        option: option, value: "-", remedy: "a file: standard output has the text")
    }
    if arguments.has("--override-sampling"), arguments.bytes("--load-state") == nil {
      throw .missingArgument(name: "--load-state FILE with --override-sampling", command: "run")
    }
  }

  private static func prompt(_ arguments: ParsedArguments) throws(UsageError) -> PromptSource {
    if let bytes = arguments.bytes("--prompt") { return .given(bytes) }
    if let path = try arguments.path("--prompt-file") { return .file(path) }
    // A state goes on by itself.
    return arguments.bytes("--load-state") == nil ? .builtIn : .given([])
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
