import Measuring
import Reporting

/// Plain decoding, token by token: all models on all numbers of threads in turn.
struct PlainMode: Mode {
  static let name = "plain"
  static let options: Set = ["--threads", "--steps", "--repetitions"]

  struct Result: Encodable {
    let label: MeasuredModel.Label
    let weightBytes: Int
    /// Tokens, or bytes for a byte-level model.
    let unitsPerSecond: Spread
    /// Bytes a second of a loop that reads a buffer as large as the weights, beside each repetition.
    let readLimit: Spread
    /// Bytes of weights read a second over that, repetition by repetition.
    let shareOfReadLimit: Spread
  }

  static func results(_ arguments: Arguments) throws -> [Result] {
    let threads = try arguments.threads()
    let steps = try arguments.integer("--steps", in: 1...1_000_000, default: 100)
    let repetitions = try arguments.repetitions(default: 11)
    let models = try MeasuredModel.all(arguments.positionals, threads: threads)
    var sessions = models.map { MeasuredSession($0.model) }
    var rates = models.map { _ in [Double]() }
    var limits = rates
    for repetition in 1...repetitions {
      Experiment.report("repetition \(repetition) of \(repetitions)\n")
      for (index, measured) in models.enumerated() {
        limits[index].append(measured.readRate())
        sessions[index].reset()
        let first = try sessions[index].decode(3, after: 0)
        let seconds = try Stopwatch.seconds { _ = try sessions[index].decode(steps, after: first) }
        rates[index].append(Double(steps) / seconds)
      }
    }
    return models.indices.map { index in
      let bytes = models[index].weightByteCount
      return Result(
        label: models[index].label, weightBytes: bytes, unitsPerSecond: Spread(rates[index]),
        readLimit: Spread(limits[index]),
        shareOfReadLimit: Spread(
          zip(rates[index], limits[index]).map { $0 * Double(bytes) / $1 }))
    }
  }

  static func text(_ results: [Result]) -> String {
    var table = TextTable([
      "model", "threads", "units/s", "quartiles", "ms a step", "weights", "GB/s", "read limit",
      "share",
    ])
    for result in results {
      let rate = result.unitsPerSecond
      table.append([
        result.label.model, "\(result.label.threads)", NumberText.fixed(rate.median, digits: 1),
        Cells.quartiles(rate, digits: 1), NumberText.fixed(1000 / rate.median, digits: 3),
        NumberText.bytes(result.weightBytes),
        Cells.billions(rate.median * Double(result.weightBytes)),
        Cells.billions(result.readLimit.median),
        NumberText.percent(result.shareOfReadLimit.median),
      ])
    }
    return table.text
  }
}
