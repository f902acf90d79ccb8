import Foundation

/// Round numbers for axes: 1, 2 or 5 times a power of ten.
enum NiceTicks {
  /// The round step that divides a span into about `count` parts.
  static func step(span: Double, count: Int) -> Double {
    let rough = span / Double(max(1, count))
    guard rough.isFinite, rough > 0 else { return 1 }
    let power = pow(10, log10(rough).rounded(.down))
    let factor = rough / power
    return power * (factor >= 7 ? 10 : factor >= 3.5 ? 5 : factor >= 1.5 ? 2 : 1)
  }

  /// Multiples of a round step from one number to another.
  static func linear(from lower: Double, to upper: Double, count: Int = 5) -> [Double] {
    guard upper > lower, (upper - lower).isFinite else { return [lower] }
    let step = step(span: upper - lower, count: count)
    let first = Int((lower / step - 1e-6).rounded(.up))
    let last = Int((upper / step + 1e-6).rounded(.down))
    return first <= last ? (first...last).map { Double($0) * step } : []
  }

  /// Round values for a logarithmic axis: at most about seven, the roundest first, none too near to
  /// another.
  static func logarithmic(from lower: Double, to upper: Double) -> [Double] {
    guard lower > 0, upper > lower, upper.isFinite else { return [lower] }
    let nearest = log(upper / lower) / 7
    var chosen: [Double] = []
    for factors in [[1.0], [2, 5], [1.5, 3], [1.2, 2.5, 4, 6, 8], [1.1, 1.3, 1.4]] {
      for tick in multiples(of: factors, from: lower, to: upper)
      where chosen.allSatisfy({ abs(log(tick / $0)) >= nearest }) {
        chosen.append(tick)
      }
    }
    return chosen.sorted()
  }

  /// The largest round number that is not above a value.
  static func logarithmicFloor(_ value: Double) -> Double {
    let power = pow(10, log10(value).rounded(.down))
    return roundFactors.map { $0 * power }.last { $0 <= value * (1 + 1e-9) } ?? power
  }

  /// The least round number that is not below a value.
  static func logarithmicCeiling(_ value: Double) -> Double {
    let power = pow(10, log10(value).rounded(.down))
    return roundFactors.map { $0 * power }.first { $0 >= value * (1 - 1e-9) } ?? power * 10
  }

  private static let roundFactors = [1, 1.2, 1.5, 2, 2.5, 3, 4, 5, 6, 8]

  private static func multiples(
    of factors: [Double], from lower: Double, to upper: Double
  ) -> [Double] {
    let first = Int(log10(lower).rounded(.down))
    let last = Int(log10(upper).rounded(.up))
    var ticks: [Double] = []
    for power in first...last {
      for factor in factors {
        let tick = factor * pow(10, Double(power))
        if tick >= lower * (1 - 1e-9), tick <= upper * (1 + 1e-9) { ticks.append(tick) }
      }
    }
    return ticks
  }
}
