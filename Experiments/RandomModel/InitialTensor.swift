import Foundation
import Measuring

/// A tensor and the distribution of its elements.
struct InitialTensor {
  let name: String
  let shape: [Int]
  let values: InitialValues
  /// Whether it is one of the projections or the embedding, which hold nearly all weights.
  let isMatrix: Bool

  init(_ name: String, _ shape: [Int], _ values: InitialValues, isMatrix: Bool = false) {
    self.name = name
    self.shape = shape
    self.values = values
    self.isMatrix = isMatrix
  }
}

/// How the elements of a tensor are drawn.
enum InitialValues {
  /// All the same.
  case constant(Float)
  /// Uniform from minus to plus a bound.
  case uniform(Float)
  /// Normal around 0 with a standard deviation.
  case normal(Double)
  /// log(1), log(2), ..., one row after the other (A_log).
  case decayRates(Int)
  /// The inverse softplus of a step size that is log-uniform in a range.
  case stepBias(ClosedRange<Double>)

  func value(at index: Int, _ generator: inout PhiloxGenerator) -> Float {
    switch self {
    case .constant(let value): return value
    case .uniform(let bound): return Float(2 * generator.uniform() - 1) * bound
    case .normal(let deviation):
      // Box and Muller.
      let radius = (-2 * log(generator.uniform())).squareRoot()
      return Float(deviation * radius * cos(2 * Double.pi * generator.uniform()))
    case .decayRates(let columns): return Float(log(Double(index % columns + 1)))
    case .stepBias(let range):
      let (low, high) = (log(range.lowerBound), log(range.upperBound))
      let step = exp(low + (high - low) * generator.uniform())
      return Float(step + log(-expm1(-step)))
    }
  }
}
