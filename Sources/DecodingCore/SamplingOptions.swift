/// How a byte is drawn from the verifier's distribution.
///
/// The filters `topK`, `topP` and `minP` apply in this order, to softmax(logits / temperature);
/// `ByteDistribution` says exactly how. At temperature 0 they change nothing: the most probable
/// byte passes each of them.
public struct SamplingOptions: Sendable, Equatable {
  /// 0 takes the most probable byte; 1 samples the model's distribution. Either 0 or from
  /// `leastTemperature` on, and finite.
  public var temperature: Double

  /// Together with the prompt and the model, the seed fixes the output.
  public var seed: UInt64

  /// Only so many of the most probable bytes are drawn: 1 to 256; nil for all.
  public var topK: Int?

  /// Only the fewest of the most probable bytes that have this probability together are drawn:
  /// above 0, at most 1; nil, or 1, for all.
  public var topP: Double?

  /// Only bytes of at least this share of the largest probability are drawn: 0 to 1; nil, or 0,
  /// for all.
  public var minP: Double?

  /// Creates options; greedy by default.
  public init(
    temperature: Double = 0, seed: UInt64 = 0, topK: Int? = nil, topP: Double? = nil,
    minP: Double? = nil
  ) {
    self.temperature = temperature
    self.seed = seed
    self.topK = topK
    self.topP = topP
    self.minP = minP
  }

  /// The least temperature above 0: below, a logit over it could exceed the range of a number.
  public static let leastTemperature = 1e-6

  /// Whether a filter may leave bytes out.
  package var isFiltered: Bool {
    topK.map { $0 < 256 } ?? false || topP.map { $0 < 1 } ?? false || minP.map { $0 > 0 } ?? false
  }

  /// Throws when an option is out of range.
  public func validate() throws(DecodingError) {
    let isSampling = temperature.isFinite && temperature >= Self.leastTemperature
    guard temperature == 0 || isSampling else {
      throw .invalidOption(
        name: "temperature", value: "\(temperature)",
        remedy: "give 0 or a number of at least \(Self.leastTemperature)")
    }
    if let topK, !(1...256).contains(topK) {
      throw .invalidOption(
        name: "top-k", value: "\(topK)", remedy: "give 1 to 256, or none to keep all bytes")
    }
    if let topP, !(topP > 0 && topP <= 1) {
      throw .invalidOption(
        name: "top-p", value: "\(topP)", remedy: "give a number above 0 and at most 1")
    }
    if let minP, !(0...1).contains(minP) {
      throw .invalidOption(name: "min-p", value: "\(minP)", remedy: "give a number from 0 to 1")
    }
  }
}
