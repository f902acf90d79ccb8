import Drafter
import Foundation
import Mamba
import Reporting
import SpecDecodeBenchmark
import SpeculativeDecoding
import Verifier

/// `specdecode predict`: what speedup would these models give on this machine?
enum PredictCommand: Command {
  /// Measurements of each piece of work.
  private static let rounds = 30

  static func run(_ request: PredictRequest) throws -> ExitCode {
    if let path = request.json.file { try FileOutput.requireWritable(path) }
    let models = try LoadedModels(
      verifier: request.verifier, drafters: [request.drafter], devices: request.devices)
    guard let drafter = models.drafters[0].model else {
      throw CommandError.unexpectedContents(
        path: models.drafters[0].path, found: "is no model whose costs could be measured",
        remedy: "name the folder of a drafter")
    }
    let interruption = Interruption()
    let display = ProgressDisplay(label: "measuring costs", isQuiet: request.isQuiet)
    display.show(share: 0)
    let prompts = try PromptFile.builtIn()
    let costs = try CostMeasurement(
      verifier: models.verifier, drafters: models.drafters, prompt: Array(prompts[0].bytes)
    ).measure(
      rounds: rounds, budget: request.timeBudget, isStopped: { interruption.signal != nil })
    display.clear()
    try interruption.check()
    guard let model = RoundCostModel(CostSummary.all(costs), drafter: 0) else {
      throw CommandError.unexpectedContents(
        path: models.drafters[0].path,
        found: "proposed nothing after a prompt",
        remedy: "check its tokenizer with: specdecode inspect")
    }
    let bytes = prompts.reduce(0) { $0 + $1.bytes.count }
    let tokens = prompts.reduce(0) { $0 + drafter.tokenCount(of: Array($1.bytes)) }
    let forecast = AgreementForecast(
      agreements: request.agreements, costs: model,
      bytesPerToken: Double(bytes) / Double(max(tokens, 1)))
    let report = PredictionReport(models: models, forecast: forecast)
    try request.json.write(text: report.text, json: { try JSONText.data(report) })
    return .success
  }
}

/// What a command line of `predict` asks for.
struct PredictRequest: Equatable, CommandRequest {
  let verifier: String?
  let drafter: String?
  let agreements: [Double]
  let timeBudget: Double
  let devices: ModelDevices
  let isQuiet: Bool
  let json: JSONDestination

  /// Reads and checks every value.
  init(_ options: OptionReader) throws(UsageError) {
    verifier = try options.verifier()
    drafter = try options.drafter(byLookup: false)
    agreements =
      try options.list(
        "--agreement", "A,B,…",
        "chances of a drafted byte to be accepted (default: five)",
        remedy: "a number above 0 and at most 1"
      ) { Double($0).flatMap { $0 > 0 && $0 <= 1 ? $0 : nil } } ?? [0.95, 0.9, 0.85, 0.8, 0.7]
    timeBudget =
      try options.number("--time-budget", "SECONDS", "how long to measure (default 10)") ?? 10
    devices = try options.devices()
    json = try options.json()
    isQuiet = options.quiet()
  }
}

extension PredictCommand {
  static let help = CommandSpecification(
    name: "predict",
    summary: "what speedup two models would give on this machine, by how often they agree",
    discussion: """
      Measures in seconds what a plain step, a pass over a window and a drafted token cost with your
      models here, and computes the speedup that follows for several agreements: the chance that a
      drafted byte is the verifier's when those before it were. Nothing is decoded, so this is a
      model: the agreement is the same at every place, and the length of the draft the best one.
      docs/predicted-speedup.md has the formula, and agreements that were measured.

      With the bundled drafter and another verifier the costs are real, and the agreement is what a
      drafter of that size trained for the verifier might reach.
      """,
    examples: [
      .init("the bundled pair", "specdecode predict"),
      .init(
        "a verifier of your own, if a drafter agreed nine times in ten",
        "specdecode predict --verifier mine --agreement 0.9"),
    ])
}

/// What `predict` measured and computed.
struct PredictionReport: ReportObject {
  let models: LoadedModels
  let forecast: AgreementForecast

  private var drafterChoices: MemberChoices? { models.drafters[0].model?.model.device.choices }
  private var weightByteCount: Int { models.drafters[0].model?.weightByteCount ?? 0 }

  var fields: [Field] {
    [
      ("schema", "specdecode.predict/1"),
      ("device", models.device.name), ("architecture", models.device.architecture),
      ("threads", models.device.threads),
      ("verifier_threads", models.device.choices), ("drafter_threads", drafterChoices),
      ("verifier", models.verifierFolder.path(percentEncoded: false)),
      ("drafter", models.drafters[0].path),
      ("verifier_weight_bytes", models.verifier.weightByteCount),
      ("drafter_weight_bytes", weightByteCount),
      ("forecast", forecast),
    ]
  }

  var text: String {
    """
    device       \(models.device.name), \(models.device.architecture), \
    \(NumberText.threads(models.device.threads, measured: models.device.choices != nil))
    \(Self.text("verifier", models.device.choices))\(Self.text("drafter", drafterChoices))\
    weights      verifier \(NumberText.bytes(models.verifier.weightByteCount)), \
    drafter \(NumberText.bytes(weightByteCount))
    \(forecast.text)modelled from these costs; measure with: specdecode bench

    """
  }

  /// A line of how many threads a model takes, and what it measured to choose so.
  private static func text(_ model: String, _ choices: MemberChoices?) -> String {
    guard let choices else { return "" }
    func text(_ pass: String, _ choice: MemberChoice) -> String {
      let times = choice.seconds.sorted { $0.key > $1.key }.map {
        "\(NumberText.seconds($0.value)) on \($0.key)"
      }
      return "a \(pass) on \(choice.members) (\(times.joined(separator: ", ")))"
    }
    return "threads      \(model): \(text("step", choices.step)), "
      + "\(text("window", choices.window))\n"
  }
}
