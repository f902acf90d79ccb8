/// How a byte is drawn from the verifier's distribution.
public struct SamplingOptions: Sendable, Equatable {
  /// 0 takes the most probable byte; 1 samples the model's distribution; at least 0 and finite.
  public var temperature: Double

  /// Together with the prompt and the model, the seed fixes the output.
  public var seed: UInt64

  /// Creates options; greedy by default.
  public init(temperature: Double = 0, seed: UInt64 = 0) {
    self.temperature = temperature
    self.seed = seed
  }

  /// Throws when an option is out of range.
  public func validate() throws(DecodingError) {
    guard temperature.isFinite, temperature >= 0 else {
      throw .invalidOption(
        name: "temperature", value: "\(temperature)", remedy: "give a number of at least 0")
    }
  }
}
