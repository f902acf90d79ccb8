import Measuring
import Reporting

/// One pass of the verifier by the length of the window, rolling it back, and prefill.
struct WindowsMode: Mode {
  static let name = "windows"
  static let options: Set = ["--threads", "--windows", "--prefill", "--repetitions"]

  struct Result: Encodable {
    let label: MeasuredModel.Label
    /// Tokens of the window; of the prompt for prefill.
    let tokens: Int
    let isPrefill: Bool
    /// Of a pass, or of the whole prefill.
    let seconds: Spread
    /// Of taking back half of the window; nil for prefill and for a window of one, which has no half.
    let rollBackSeconds: Spread?
    /// Matrix products at the stricter of the measured limits (reading the weights, arithmetic) over
    /// the time taken, repetition by repetition.
    let shareOfLimit: Spread
  }

  /// One measured length.
  private struct Item {
    let model: Int
    let tokens: Int
    let isPrefill: Bool
    var seconds: [Double] = []
    var rollBack: [Double] = []
    var shares: [Double] = []
  }

  static func results(_ arguments: Arguments) throws -> [Result] {
    let threads = try arguments.threads()
    // A session takes windows of up to 33 tokens: 32 drafted ones and that before them.
    let windows = try arguments.integers("--windows", in: 1...33, default: Array(1...32))
    let prefill = try arguments.integer("--prefill", in: 1...1_000_000, default: 512)
    let repetitions = try arguments.repetitions(default: 11)
    let models = try MeasuredModel.all(arguments.positionals, threads: threads)
    var sessions = models.map { MeasuredSession($0.model) }
    var items = models.indices.flatMap { model in
      windows.map { Item(model: model, tokens: $0, isPrefill: false) }
        + [Item(model: model, tokens: prefill, isPrefill: true)]
    }
    for repetition in 1...repetitions {
      Experiment.report("repetition \(repetition) of \(repetitions)\n")
      for index in items.indices {
        try measure(&items[index], models[items[index].model], &sessions[items[index].model])
      }
    }
    return items.map { item in
      Result(
        label: models[item.model].label, tokens: item.tokens, isPrefill: item.isPrefill,
        seconds: Spread(item.seconds),
        rollBackSeconds: item.rollBack.isEmpty ? nil : Spread(item.rollBack),
        shareOfLimit: Spread(item.shares))
    }
  }

  private static func measure(
    _ item: inout Item, _ measured: MeasuredModel, _ session: inout MeasuredSession
  ) throws {
    let tokens = measured.tokens(item.tokens)
    let readRate = measured.readRate()
    let arithmeticRate = measured.arithmeticRate()
    session.reset()
    // Warms up, as the rounds before would: the limits were measured on other memory.
    _ = try session.decode(2, after: 0)
    if !item.isPrefill {
      session.pass(tokens)
      session.rollBack(toFirst: tokens.count / 2)
    }
    let seconds: Double
    if item.isPrefill {
      seconds = try Stopwatch.seconds { try session.prefill(tokens) }
    } else {
      seconds = Stopwatch.seconds { session.pass(tokens) }
      let rollBack = Stopwatch.seconds { session.rollBack(toFirst: tokens.count / 2) }
      if tokens.count > 1 { item.rollBack.append(rollBack) }
    }
    let operations = 2 * Double(measured.weightCount * item.tokens)
    let limit = max(
      Double(measured.weightByteCount) / readRate, operations / arithmeticRate)
    item.seconds.append(seconds)
    item.shares.append(limit / seconds)
  }

  static func text(_ results: [Result]) -> String {
    var table = TextTable([
      "model", "threads", "tokens", "ms", "quartiles", "ms a token", "tokens/s",
      "half back, ms", "products' share of limit",
    ])
    for result in results {
      let milliseconds = result.seconds.median * 1000
      let count = Double(result.tokens)
      table.append([
        result.label.model, "\(result.label.threads)",
        "\(result.isPrefill ? "prefill of " : "")\(result.tokens)",
        NumberText.fixed(milliseconds, digits: 3),
        Cells.milliseconds(result.seconds.lowerQuartile) + " to "
          + Cells.milliseconds(result.seconds.upperQuartile),
        NumberText.fixed(milliseconds / count, digits: 3),
        NumberText.fixed(count / result.seconds.median, digits: 0),
        result.rollBackSeconds.map { Cells.milliseconds($0.median) } ?? "-",
        NumberText.percent(result.shareOfLimit.median),
      ])
    }
    return table.text
  }
}
