import DecodingCore
import Reporting
import SpecDecodeBenchmark
import SpeculativeDecoding

/// What a command line of `bench` asks for.
struct BenchRequest: Equatable, CommandRequest {
  let prompts: String?
  let verifier: String?
  let drafters: [String]?
  let axes: BenchAxes
  let maxBytes: Int
  let startByte: UInt8
  let seed: UInt64
  let targetInterval: Double
  let timeBudget: Double
  let repetitions: Int
  let shard: Shard?
  let devices: ModelDevices
  let output: BenchOutput?
  let isQuiet: Bool
  let json: JSONDestination

  /// What the header says of it.
  var options: BenchmarkOptions {
    BenchmarkOptions(
      prompts: prompts ?? "built-in", seed: seed, maxBytes: maxBytes, startByte: startByte,
      targetInterval: targetInterval, timeBudget: timeBudget, repetitions: repetitions)
  }

  /// Reads and checks every value.
  init(_ options: OptionReader) throws(UsageError) {
    prompts = try options.path(
      "--prompts", "FILE|DIR", "prompts as JSON Lines, or files (default: built in)")
    maxBytes =
      try options.integer(
        "--max-bytes -n --max-tokens --n-predict", in: 1...1_000_000_000,
        "bytes of each generation (default 256)") ?? 256
    axes = try Self.axes(options)
    verifier = try options.verifier()
    drafters = try options.list(
      "--drafter -md --draft-model", "LIST",
      "drafters to compare: folders, or ngram (default: the bundled one)",
      remedy: "paths"
    ) { $0.utf8.contains(0) ? nil : $0 }
    targetInterval =
      try options.number(
        "--target-interval", "SHARE", "end when intervals are this narrow (default 0.05)") ?? 0.05
    timeBudget =
      try options.number("--time-budget", "SECONDS", "end when this is spent (default 120)") ?? 120
    repetitions =
      try options.integer(
        "--repetitions -r", in: 1...1_000_000, "decode each prompt at most so often (default 20)")
      ?? 20
    seed =
      try options.integer("--seed -s", in: 0...(.max), "of order, noise and bootstrap (default 0)")
      ?? 0
    shard = try options.shard("every N-th prompt from the I-th; report merges the files")
    devices = try options.devices()
    startByte = try options.startByte()
    let path = try options.path(
      "--output -o", "RUN.jsonl", "every sample, as docs/benchmark-format.md says")
    let appends = options.flag("--append", "continue RUN.jsonl if it is there")
    let overwrites = options.flag("--overwrite", "replace RUN.jsonl if it is there")
    output = path.map { BenchOutput(path: $0, appends: appends, overwrites: overwrites) }
    json = try options.json()
    isQuiet = options.quiet("no progress, notes or warnings on standard error")
    try options.exclude("--append", "--overwrite", remedy: "give one of them")
    if output == nil, appends || overwrites {
      throw .missingArgument(
        name: "--output RUN.jsonl with \(appends ? "--append" : "--overwrite")", command: "bench")
    }
  }

  private static func axes(_ options: OptionReader) throws(UsageError) -> BenchAxes {
    let draftLengths = try options.list(
      "--draft-tokens --num-draft-tokens --draft-max", "LIST",
      "lengths to compare, as in 1,2,4,auto (default auto)",
      remedy: "auto and whole numbers of at least 0", DraftLength.init(spelling:))
    let temperatures = try options.list(
      "--temperature --temp", "LIST", "temperatures to compare, as in 0,1 (default 0)",
      remedy: "0 or numbers of at least \(SamplingOptions.leastTemperature)"
    ) { text in Double(text).flatMap { isValid(\.temperature, $0) ? $0 : nil } }
    let acceptances = try options.list(
      "--acceptance", "LIST", Acceptance.spellings, remedy: Acceptance.spellings,
      Acceptance.init(spelling:))
    let topK = try options.list(
      "--top-k", "LIST", "numbers of bytes to keep, to compare (default: all)",
      remedy: "numbers from 1 to 256"
    ) { text in Int(text).flatMap { isValid(\.topK, $0) ? $0 : nil } }
    let topP = try options.list(
      "--top-p", "LIST", "probabilities to keep, to compare (default: all)",
      remedy: "numbers above 0 and at most 1"
    ) { text in Double(text).flatMap { isValid(\.topP, $0) ? $0 : nil } }
    let minP = try options.list(
      "--min-p", "LIST", "shares of the largest probability, to compare (default: 0)",
      remedy: "numbers from 0 to 1"
    ) { text in Double(text).flatMap { isValid(\.minP, $0) ? $0 : nil } }
    let batches = try options.list(
      "--batch", "LIST", "generations that share passes, to compare, as in 1,4,8 (default 1)",
      remedy: "whole numbers from 1 to 1024"
    ) { text in Int(text).flatMap { (1...1024).contains($0) ? $0 : nil } }
    return BenchAxes(
      draftLengths: draftLengths ?? [.automatic], acceptances: acceptances ?? [.exact],
      samplings: BenchAxes.samplings(
        temperatures: temperatures ?? [0], topK: topK ?? [nil], topP: topP ?? [nil],
        minP: minP ?? [nil]), batches: batches ?? [1],
      isTwice: options.flag(
        "--twice", "compare each configuration with itself: what noise alone gives"))
  }

  /// Whether sampling takes a value.
  private static func isValid<Value>(
    _ part: WritableKeyPath<SamplingOptions, Value>, _ value: Value
  ) -> Bool {
    var options = SamplingOptions()
    options[keyPath: part] = value
    return (try? options.validate()) != nil
  }
}

extension BenchCommand {
  static let help = CommandSpecification(
    name: "bench",
    summary: "measure the speedup over plain decoding on many prompts, with intervals",
    discussion: """
      Each prompt is decoded plainly and with every configuration, one after another in random
      order, again and again in rounds over all prompts, after a warm-up that does not count. A
      speedup is the ratio of the sums over prompts of seconds a byte, prefill out, of each prompt
      the median over its repetitions; the 95 % interval is a bootstrap over prompts. Measuring
      ends when half of every interval is at most --target-interval of its ratio, or when the time
      is spent; the first round over the prompts may be cut by the time, too.

      Lists have commas between their entries; all combinations are measured in one run. Every
      output is compared with the plain one. Should one differ though the acceptance is exact, the
      exit status is 1.

      With --batch a sample is that many generations of a prompt, with seeds that follow each other,
      in shared passes; bytes and seconds are those of all of them. Each size has plain decoding at
      that size as its baseline: its speedup is that of drafting there, and the bytes a second say
      what the company gives.

      A line of --prompts has "text", or "base64" for what is no text, and may have "id" and
      "category". In a folder each file is a prompt; the folders in it are categories.

      A RUN.jsonl that is there already is not touched: --append continues it, with the same models,
      seed and configurations, and measures what is missing; --overwrite replaces it.

      Ctrl-C ends the run and reports what was measured.
      """,
    examples: [
      .init("the bundled models in two minutes", "specdecode bench"),
      .init(
        "which draft length is best, and keep the samples",
        "specdecode bench --draft-tokens 1,2,4,8,auto --output run.jsonl"),
      .init(
        "measure for ten minutes more",
        "specdecode bench --output run.jsonl --append --time-budget 600"),
      .init(
        "the second of four parts, for a cluster",
        "specdecode bench --shard 2/4 --output part2.jsonl"),
      .init(
        "only the speedup", "specdecode bench --json - | jq .configurations[1].overall.speedup"),
    ])
}
