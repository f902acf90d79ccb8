import DecodingCore
import Reporting
import SpeculativeDecoding

/// What a command line of `run` asks for.
struct RunRequest: Equatable, CommandRequest {
  let prompt: PromptSource
  /// The folder or the name of the drafter; nil for the bundled one.
  let drafter: String?
  /// The folder or the name of the verifier; nil for the bundled one.
  let verifier: String?
  /// All but what a saved generation may change.
  let options: DecodingOptions
  let samples: Int
  /// How many of them share passes; nil for as many as are usual and fit in memory.
  let batchSize: Int?
  let devices: ModelDevices
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
  /// Whether options of the sampler replace those of the state.
  let overridesSampling: Bool
  /// The file for the log probabilities of the output.
  let logProbabilityFile: String?
  let json: JSONDestination
  private let sampler: GivenSampling

  /// The sampler's options as far as the command line has them.
  fileprivate struct GivenSampling: Equatable {
    let temperature: Double?
    let topK: Int?
    let topP: Double?
    let minP: Double?
    let seed: UInt64?
  }

  /// Reads and checks every value.
  init(_ options: OptionReader) throws(UsageError) {
    let prompt = try options.prompt("what to continue", fallback: "built in")
    let maxBytes = try options.integer(
      "--max-bytes -n --max-tokens --n-predict", in: 0...(.max),
      "how many bytes to write (default 512)")
    sampler = GivenSampling(
      temperature: try options.number(
        "--temperature --temp", "T", "0 takes the likeliest byte, 1 samples the model (default 0)"),
      topK: try options.integer(
        "--top-k", in: 1...256, "only the N likeliest bytes are drawn, 1 to 256 (default: all)"),
      topP: try options.number(
        "--top-p", "P", "only the fewest bytes with probability P together (default: 1, all)"),
      minP: try options.number(
        "--min-p", "P", "only bytes of at least P times the largest probability (default: 0)"),
      seed: try options.integer(
        "--seed -s", in: 0...(.max), "fixes the output at a temperature above 0 (default 0)"))
    let stopTexts = try options.all(
      "--stop", "TEXT", "end before this text; may be given several times",
      remedy: EscapedBytes.syntax, EscapedBytes.parse)
    let stopBytes = try options.all(
      "--stop-byte", "N", "end before this byte; may be given several times",
      remedy: "a whole number from 0 to 255"
    ) { UInt8(String(decoding: $0, as: UTF8.self)) }
    let keepsValidUTF8 = options.flag(
      "--valid-utf8", "draw only bytes that continue well-formed UTF-8")
    samples =
      try options.integer(
        "--samples", in: 1...(.max), "write N outputs, with the seeds S, S+1, ... (default 1)") ?? 1
    batchSize = try options.integer(
      "--batch-size", in: 1...1024, "samples decoded together (default: up to 8, as memory allows)")
    verifier = try options.verifier()
    drafter = try options.drafter()
    let draftLength = try options.value(
      "--draft-tokens --num-draft-tokens --draft-max", "N|auto",
      "tokens drafted a round; auto: as many as pay (default)",
      remedy: "auto, or a whole number of at least 0", DraftLength.init(spelling:))
    let acceptance = try options.value(
      "--acceptance", "RULE", "exact (default), rejection, top-beta:N or top-beta:N:boundary",
      remedy: Acceptance.spellings, Acceptance.init(spelling:))
    isDrafting = !options.flag("--no-draft", "decode plainly, without a drafter")
    let isUnmeasured = options.flag("--no-baseline", "do not measure plain decoding afterwards")
    devices = try options.devices()
    let startByte = try options.startByte()
    saveState = try options.path(
      "--save-state", "FILE", "keep the state at the end, to continue from later")
    loadState = try options.path(
      "--load-state", "FILE", "continue from there; --prompt, if given, is read after it")
    overridesSampling = options.flag(
      "--override-sampling", "let options given here replace those of the state")
    isInteractive = options.flag(
      "--interactive", "a prompt a line from standard input; Ctrl-C stops an output")
    isHighlighted = options.flag(
      "--highlight", "colours: accepted bytes green, corrections yellow")
    showsRejected = options.flag(
      "--show-rejected", "show the drafted bytes that were rejected, too")
    logProbabilityFile = try options.path(
      "--logprobs", "FILE", "the log probability of each byte, as JSON, a line a byte")
    json = try options.json()
    isQuiet = options.quiet("no progress, notes or report on standard error")
    // A state continues by itself.
    self.prompt = prompt ?? (loadState == nil ? .builtIn : .given([]))
    self.options = DecodingOptions(
      maxBytes: maxBytes ?? 512, sampling: sampler.changing(SamplingOptions()),
      stopTexts: stopTexts, stopBytes: stopBytes, keepsValidUTF8: keepsValidUTF8,
      recordsLogProbabilities: logProbabilityFile != nil, draftLength: draftLength ?? .automatic,
      acceptance: acceptance ?? .exact, startByte: startByte)
    // A prompt that is only read, for its state, leaves nothing to compare.
    let isPrefill = saveState != nil && self.options.maxBytes == 0
    hasBaseline = isDrafting && !isInteractive && !isPrefill && !isUnmeasured
    try Self.checkConflicts(options, json)
    try Self.check(self.options, options)
  }

  /// Whether standard input is a prompt, prompts or a state.
  var readsStandardInput: Bool { isInteractive || prompt == .file("-") || loadState == "-" }

  /// Sampler options, with those of the command line in place of others.
  func sampling(changing others: SamplingOptions) -> SamplingOptions { sampler.changing(others) }

  /// What the reader does not check: the options of decoding have the names of the command line.
  private static func check(
    _ decoding: DecodingOptions, _ options: OptionReader
  ) throws(UsageError) {
    do {
      try decoding.validate()
    } catch .invalidOption(let name, let value, let remedy) {
      throw .invalidValue(
        option: "--\(name)", value: options.original("--\(name)") ?? value,
        remedy: String(remedy.trimmingPrefix("give ")))
    } catch {
      throw .invalidValue(option: "run", value: "\(error)", remedy: "other options")
    }
  }

  private static func checkConflicts(
    _ options: OptionReader, _ json: JSONDestination
  ) throws(UsageError) {
    try options.exclude(
      "--no-draft", "--drafter", "--draft-tokens", "--acceptance",
      remedy: "leave out --no-draft to decode with a drafter")
    if json.isOutput {
      try options.exclude(
        "--json", "--highlight", "--show-rejected",
        remedy: "with --json - there is no text to colour")
    }
    try options.exclude(
      "--interactive", "--prompt", "--prompt-file", "--samples", "--batch-size", "--json",
      "--save-state", "--logprobs", remedy: "--interactive reads its prompts, one a line")
    try options.exclude(
      "--save-state", "--samples", remedy: "save the state of one generation at a time")
    for option in ["--save-state", "--logprobs"] where options.original(option) == "-" {
      throw .invalidValue(
        option: option, value: "-", remedy: "a file: standard output has the text")
    }
    if options.has("--override-sampling"), !options.has("--load-state") {
      throw .missingArgument(name: "--load-state FILE with --override-sampling", command: "run")
    }
  }
}

extension RunRequest.GivenSampling {
  fileprivate func changing(_ others: SamplingOptions) -> SamplingOptions {
    SamplingOptions(
      temperature: temperature ?? others.temperature, seed: seed ?? others.seed,
      topK: topK ?? others.topK, topP: topP ?? others.topP, minP: minP ?? others.minP)
  }
}

extension RunCommand {
  static let help = CommandSpecification(
    name: "run",
    summary: "write with the two models, and measure the speedup over plain decoding",
    discussion: """
      The output goes to standard output as it is decided; everything else goes to standard
      error. The verifier decides every byte: drafter, draft length and threads change the
      speed, never the output. After it, plain decoding of the same prompt is timed and both
      outputs are compared; should they differ, the exit status is 1.

      That is --acceptance exact. With rejection the output has the same distribution, the
      verifier's (a drafted byte is accepted with chance min(1, p / q)), but it depends on the
      drafter. top-beta:N, the rule of the MambaByte paper, accepts what is among the N likeliest
      bytes; with :boundary the verifier writes on alone to the next white space after a rejection.
      It is lossy, and the report says what that costs. Under both a seed repeats its output, a
      difference to plain decoding is no failure, and the share of bytes that differ is reported.

      Several samples are decoded together: each pass reads the weights once for all of them, and
      the first reads the prompt for all. Every output is what it is alone, and they come in the
      order of their seeds. Plain decoding is timed in the same company, so the speedup is that of
      drafting, which falls with the number of samples. Times of a sample are its share of the passes.

      --top-k, --top-p and --min-p apply in this order, to the probabilities after --temperature;
      nothing is renormalised between them. In --stop TEXT, \\n \\r \\t \\0 \\\\ and \\xNN are
      escapes. A stop is looked for in what is generated, not in the prompt; neither it nor what
      follows is written. Bytes that could start a stop are held back until they no longer can, or
      until the limit. If the prompt ends inside a character, --valid-utf8 completes it first; it
      ends before a character that --max-bytes leaves no room for.

      Unless --threads says otherwise, there are as many threads as physical cores in the affinity
      mask, or fewer where the control group's quota pays for fewer. Of more than four, each model
      takes as many for its steps and windows as were fastest when it was loaded; predict shows
      the times. While other programs keep cores busy, some of the threads rest.

      Ctrl-C stops between two rounds and reports what was done; a second one ends at once.

      With --highlight accepted bytes are green, those that corrected a draft yellow, and those
      that the verifier wrote where nothing was drafted as they are. --show-rejected puts rejected
      bytes, struck through, before what replaced them. NO_COLOR takes away the colours,
      and puts [-rejected bytes-] in brackets. Both change what goes to standard output.

      A state has the verifier's memory of all the text, the position and the sampler's options;
      it needs the same verifier, but any drafter. The next bytes are those that a longer run
      would have written. Options of the sampler are those of the state. Given here, they are free
      as long as nothing was generated (--max-bytes 0 reads a prompt only); after that others than
      the state's are an error, unless --override-sampling says that they are meant.

      --interactive reads prompts from standard input, a line each, with the models loaded once.
      Each begins anew, from nothing or from --load-state, and each output ends with a newline.
      At a terminal Ctrl-C stops an output; Ctrl-D, or Ctrl-C once more, leaves. From a file or a
      pipe an empty line is an empty prompt, and Ctrl-C leaves.
      """,
    examples: [
      .init("see what the bundled models do", "specdecode run"),
      .init(
        "see which bytes were guessed",
        "specdecode run --highlight --prompt \"The door opened and\""),
      .init(
        "three different endings, without the comparison",
        "specdecode run --temperature 0.8 --samples 3 --no-baseline"),
      .init(
        "continue a file, keep output and measurements",
        "specdecode run --prompt-file chapter.txt --json run.json > next.txt"),
      .init(
        "read a long text once",
        "specdecode run --prompt-file book.txt --max-bytes 0 --save-state book.state"),
      .init(
        "continue from it, with any seed",
        "specdecode run --load-state book.state --temperature 0.8 --seed 2"),
      .init(
        "one paragraph, without the rarest bytes",
        "specdecode run --temperature 0.8 --top-p 0.95 --stop '\\n\\n' --valid-utf8"),
      .init("a prompt a line", "specdecode run --interactive --temperature 0.7"),
      .init(
        "the setting of the MambaByte paper, and what it loses",
        "specdecode run --acceptance top-beta:3:boundary --draft-tokens 3"),
      .init("only the measurements", "specdecode run --json - | jq .speedup"),
    ])
}
