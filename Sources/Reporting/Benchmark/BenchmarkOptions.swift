/// What a benchmark was asked to do, but for its configurations.
package struct BenchmarkOptions: Sendable, Equatable, Codable {
  /// Where the prompts came from: `built-in`, or a path.
  package var prompts: String
  /// The seed of order and bootstrap; also of the noise of the first repetition.
  package var seed: UInt64
  /// Bytes of each generation.
  package var maxBytes: Int
  /// What an empty prompt stands for.
  package var startByte: UInt8
  /// Half the width of the interval over the ratio at which measuring ends.
  package var targetInterval: Double
  /// Seconds after which no further repetition begins; nil for none.
  package var timeBudget: Double?
  /// The most repetitions of a prompt.
  package var repetitions: Int

  /// Collects options.
  package init(
    prompts: String, seed: UInt64, maxBytes: Int, startByte: UInt8, targetInterval: Double,
    timeBudget: Double?, repetitions: Int
  ) {
    self.prompts = prompts
    self.seed = seed
    self.maxBytes = maxBytes
    self.startByte = startByte
    self.targetInterval = targetInterval
    self.timeBudget = timeBudget
    self.repetitions = repetitions
  }

  private enum CodingKeys: String, CodingKey {
    case prompts, seed
    case maxBytes = "max_bytes"
    case startByte = "start_byte"
    case targetInterval = "target_interval"
    case timeBudget = "time_budget"
    case repetitions
  }
}
