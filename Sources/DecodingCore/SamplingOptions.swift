/// How a byte is drawn from the verifier's distribution.
public struct SamplingOptions: Sendable, Equatable {
  /// 0 takes the most probable byte; 1 samples the model's distribution. Either 0 or from
  /// `leastTemperature` on, and finite.
  public var temperature: Double

  /// Together with the prompt and the model, the seed fixes the output.
  public var seed: UInt64

  /// Creates options; greedy by default.
  public init(temperature: Double = 0, seed: UInt64 = 0) {
    self.temperature = temperature
    self.seed = seed
  }

  /// The least temperature above 0: below, a logit over it could exceed the range of a number.
  public static let leastTemperature = 1e-6

  /// Throws when an option is out of range.
  public func validate() throws(DecodingError) {
    let isSampling = temperature.isFinite && temperature >= Self.leastTemperature
    guard temperature == 0 || isSampling else {
      throw .invalidOption(
        name: "temperature", value: "\(temperature)",
        remedy: "give 0 or a number of at least \(Self.leastTemperature)")
    }
  }
}
