import DecodingCore
import Kernels
import Reporting
import SpeculativeDecoding

/// What the options of `bench` ask for.
struct BenchRequest: Equatable {
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
  let threads: Int
  let output: String?
  let isQuiet: Bool
  private let json: String?

  /// The most entries of a list of values.
  private static let listLimit = 100

  /// Whether standard output holds the JSON summary alone.
  var writesJSONToOutput: Bool { json == "-" }

  /// The file for the JSON summary.
  var jsonFile: String? { writesJSONToOutput ? nil : json }

  /// What the header says of it.
  var options: BenchmarkOptions {
    BenchmarkOptions(
      prompts: prompts ?? "built-in", seed: seed, maxBytes: maxBytes, startByte: startByte,
      targetInterval: targetInterval, timeBudget: timeBudget, repetitions: repetitions)
  }

  /// Checks every value.
  init(_ arguments: ParsedArguments) throws(UsageError) {
    prompts = try arguments.path("--prompts")
    verifier = try arguments.path("--verifier")
    drafters = try arguments.list("--drafter", limit: Self.listLimit) { $0 }
    axes = try BenchAxes(
      draftLengths: arguments.list("--draft-tokens", limit: Self.listLimit, Self.draftLength)
        ?? [.automatic],
      temperatures: arguments.list("--temperature", limit: Self.listLimit, Self.temperature)
        ?? [0],
      isTwice: arguments.has("--twice"))
    maxBytes = try arguments.integer("--max-bytes", in: 1...1_000_000_000, default: 256)
    startByte = try arguments.integer("--start-byte", in: 0...255, default: 0x0A)
    seed = try arguments.integer("--seed", in: 0...(.max), default: 0)
    targetInterval = try arguments.number("--target-interval", default: 0.05)
    timeBudget = try arguments.number("--time-budget", default: 120)
    repetitions = try arguments.integer("--repetitions", in: 1...1_000_000, default: 20)
    shard = try arguments.shard()
    threads = try arguments.integer(
      "--threads", in: 1...WorkerTeam.sizeLimit, default: WorkerTeam.defaultSize)
    output = try arguments.path("--output")
    json = try arguments.path("--json")
    isQuiet = arguments.has("--quiet")
  }

  private static func draftLength(_ text: String) throws(UsageError) -> DraftLength {
    if text == "auto" { return .automatic }
    guard let count = Int(text), count >= 0 else {
      throw .invalidValue(
        option: "--draft-tokens", value: text,
        remedy: "auto and whole numbers of at least 0, with commas between them")
    }
    return .tokens(count)
  }

  private static func temperature(_ text: String) throws(UsageError) -> Double {
    guard let value = Double(text),
      (try? SamplingOptions(temperature: value).validate()) != nil
    else {
      throw .invalidValue(
        option: "--temperature", value: text,
        remedy: "0 or numbers of at least \(SamplingOptions.leastTemperature), with commas "
          + "between them")
    }
    return value
  }
}
