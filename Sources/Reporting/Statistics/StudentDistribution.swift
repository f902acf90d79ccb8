import Foundation

/// Student's distribution with a whole number of degrees of freedom.
struct StudentDistribution {
  /// At least 1.
  let degreesOfFreedom: Int

  /// The chance to lie between -t and t (Abramowitz and Stegun, 26.7.3 and 26.7.4).
  func between(_ t: Double) -> Double {
    let angle = atan2(t, Double(degreesOfFreedom).squareRoot())
    let square = cos(angle) * cos(angle)
    let isOdd = degreesOfFreedom % 2 == 1
    var term = isOdd ? cos(angle) : 1
    var sum = degreesOfFreedom == 1 ? 0 : term
    for power in stride(from: isOdd ? 3 : 2, to: degreesOfFreedom, by: 2) {
      term *= square * Double(power - 1) / Double(power)
      sum += term
    }
    return isOdd ? 2 / Double.pi * (angle + sin(angle) * sum) : sin(angle) * sum
  }

  /// The t for which `between` is a given chance, 0 to 0.999.
  func point(twoSided chance: Double) -> Double {
    let (low, high) = bisected(from: 0, to: 1e6, steps: 80) { between($0) < chance }
    return (low + high) / 2
  }
}

/// The normal distribution of mean 0 and variance 1.
enum NormalDistribution {
  /// The chance to lie below a value.
  static func below(_ value: Double) -> Double {
    erfc(-value / 2.0.squareRoot()) / 2
  }
}
