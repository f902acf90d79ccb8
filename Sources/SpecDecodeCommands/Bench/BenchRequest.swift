import DecodingCore
import Kernels
import Reporting
import SpeculativeDecoding

/// What the options of `bench` ask for.
struct BenchRequest: Equatable, JSONReporting {
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
  let json: String?

  /// The most entries of a list of values.
  private static let listLimit = 100

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
    axes = try Self.axes(arguments)
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

  private static func axes(_ arguments: ParsedArguments) throws(UsageError) -> BenchAxes {
    func list<Entry>(
      _ option: String, _ remedy: String, _ parse: (String) -> Entry?
    ) throws(UsageError) -> [Entry]? {
      try arguments.list(option, limit: listLimit) { text throws(UsageError) in
        guard let entry = parse(text) else {
          throw .invalidValue(
            option: option, value: text, remedy: "\(remedy), with commas between them")
        }
        return entry
      }
    }
    func filter<Value>(
      _ option: String, _ remedy: String, _ part: WritableKeyPath<SamplingOptions, Value?>,
      _ parse: (String) -> Value?
    ) throws(UsageError) -> [Value?] {
      try list(option, remedy) { text in
        parse(text).flatMap { isValid(part, $0) ? $0 : nil }
      }?.map { $0 } ?? [nil]
    }
    return try BenchAxes(
      draftLengths: list("--draft-tokens", "auto and whole numbers of at least 0", draftLength)
        ?? [.automatic],
      acceptances: list(
        "--acceptance", "exact, rejection, top-beta:N or top-beta:N:boundary"
      ) { Acceptance(spelling: $0) } ?? [.exact],
      samplings: BenchAxes.samplings(
        temperatures: list(
          "--temperature", "0 or numbers of at least \(SamplingOptions.leastTemperature)"
        ) { text in Double(text).flatMap { isValid(\.temperature, $0) ? $0 : nil } } ?? [0],
        topK: filter("--top-k", "numbers from 1 to 256", \.topK) { Int($0) },
        topP: filter("--top-p", "numbers above 0 and at most 1", \.topP) { Double($0) },
        minP: filter("--min-p", "numbers from 0 to 1", \.minP) { Double($0) }),
      isTwice: arguments.has("--twice"))
  }

  private static func draftLength(_ text: String) -> DraftLength? {
    if text == "auto" { return .automatic }
    return Int(text).flatMap { $0 >= 0 ? .tokens($0) : nil }
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
