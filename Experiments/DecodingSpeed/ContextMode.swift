import Mamba
import Measuring
import Reporting

/// Speed and memory after contexts of different lengths: both should stay what they are.
struct ContextMode: Mode {
  static let name = "context"
  static let options: Set = ["--threads", "--contexts", "--steps", "--repetitions"]

  struct Result: Encodable {
    let label: MeasuredModel.Label
    /// Tokens consumed before.
    let context: Int
    /// Seconds to consume them since the context before.
    let prefillSeconds: Double
    let unitsPerSecond: Spread
    /// Over the speed after the shortest context, repetition by repetition.
    let ratioToShortest: Spread
    let weightBytes: Int
    let stateBytes: Int
    /// The most memory that the process had by the end of the prefill, loading included.
    let peakBytes: Int?
  }

  static func results(_ arguments: Arguments) throws -> [Result] {
    let threads = try arguments.integer("--threads", in: 1...1024, default: 2)
    let contexts = try arguments.integers(
      "--contexts", in: 1...1_000_000_000, default: [1000, 100_000, 1_000_000]
    ).sorted()
    let steps = try arguments.integer("--steps", in: 1...1_000_000, default: 500)
    let repetitions = try arguments.repetitions(default: 7)
    // One model, as the peak is that of the process.
    guard arguments.positionals.count == 1 else { throw ArgumentError.missing(name: "one MODEL") }
    let measured = try MeasuredModel(directory: arguments.positionals[0], threads: threads)
    var session = MeasuredSession(measured.model)
    let points = try contexts.map { try consume($0, of: contexts, measured, &session) }
    var rates = contexts.map { _ in [Double]() }
    for repetition in 1...repetitions {
      Experiment.report("repetition \(repetition) of \(repetitions)\n")
      for (index, point) in points.enumerated() {
        session.restore(point.state)
        let first = try session.decode(3, after: 0)
        let seconds = try Stopwatch.seconds { _ = try session.decode(steps, after: first) }
        rates[index].append(Double(steps) / seconds)
      }
    }
    return points.indices.map { index in
      Result(
        label: measured.label, context: contexts[index],
        prefillSeconds: points[index].prefillSeconds, unitsPerSecond: Spread(rates[index]),
        ratioToShortest: Spread(zip(rates[index], rates[0]).map { $0 / $1 }),
        weightBytes: measured.weightByteCount,
        stateBytes: measured.stateByteCount,
        peakBytes: points[index].peakBytes)
    }
  }

  /// A context that was consumed.
  private struct Point {
    let state: MambaState
    let prefillSeconds: Double
    let peakBytes: Int?
  }

  /// Goes on from the context before, in chunks as a long prompt comes.
  private static func consume(
    _ context: Int, of contexts: [Int], _ measured: MeasuredModel,
    _ session: inout MeasuredSession
  ) throws -> Point {
    let before = contexts.last { $0 < context } ?? 0
    let chunk = measured.tokens(1000)
    Experiment.report("consuming \(context - before) tokens\n")
    let seconds = try Stopwatch.seconds {
      for start in stride(from: before, to: context, by: chunk.count) {
        try session.prefill(Array(chunk.prefix(context - start)))
      }
    }
    return Point(
      state: session.state, prefillSeconds: seconds, peakBytes: ProcessMemory.peak)
  }

  static func text(_ results: [Result]) -> String {
    var table = TextTable([
      "model", "threads", "context", "units/s", "quartiles", "to the shortest", "prefill, s",
      "weights", "state", "peak memory",
    ])
    for result in results {
      table.append([
        result.label.model, "\(result.label.threads)", "\(result.context)",
        NumberText.fixed(result.unitsPerSecond.median, digits: 1),
        Cells.quartiles(result.unitsPerSecond, digits: 1),
        NumberText.fixed(result.ratioToShortest.median, digits: 3) + "x",
        NumberText.fixed(result.prefillSeconds, digits: 2), NumberText.bytes(result.weightBytes),
        NumberText.bytes(result.stateBytes), result.peakBytes.map(NumberText.bytes) ?? "-",
      ])
    }
    return table.text
  }
}
