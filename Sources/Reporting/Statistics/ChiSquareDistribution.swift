import Foundation

/// The chi-square distribution, central or not.
package struct ChiSquareDistribution: Sendable {
  /// At least 1.
  package let degreesOfFreedom: Int

  /// A distribution with so many degrees of freedom.
  package init(degreesOfFreedom: Int) {
    precondition(degreesOfFreedom >= 1)
    self.degreesOfFreedom = degreesOfFreedom
  }

  /// The chance to exceed a value (Abramowitz and Stegun, 26.4.4 and 26.4.5; 26.4.25 for a
  /// noncentrality above 0).
  package func upperTail(_ value: Double, noncentrality: Double = 0) -> Double {
    guard value > 0 else { return 1 }
    guard value.isFinite else { return 0 }
    var tail = Tail(value: value, degreesOfFreedom: degreesOfFreedom)
    let mean = noncentrality / 2
    guard mean > 0 else { return tail.chance }
    // A mixture by Poisson weights of tails with 2, 4, ... degrees more; what lies behind 12
    // standard deviations of the weights has less than 1e-20 of them.
    var sum = 0.0
    var logWeight = -mean
    for term in 0...Int(mean + 12 * mean.squareRoot() + 60) {
      if term > 0 {
        logWeight += log(mean / Double(term))
        tail.addTwoDegrees()
      }
      sum += exp(logWeight) * min(tail.chance, 1)
    }
    return min(sum, 1)
  }

  /// The value that is exceeded with a given chance.
  package func point(upperTail chance: Double) -> Double {
    precondition(chance > 0 && chance < 1)
    var bound = Double(degreesOfFreedom) + 10
    while upperTail(bound) > chance { bound *= 2 }
    let (low, high) = bisected(from: 0, to: bound, steps: 60) { upperTail($0) > chance }
    return (low + high) / 2
  }

  /// The chance to exceed a value, for more and more degrees of freedom. In logarithms: the terms
  /// themselves leave the range of a number.
  private struct Tail {
    private(set) var chance: Double
    private let half: Double
    /// Of the next term, and what it is divided by then.
    private var logTerm: Double
    private var divisor: Double

    init(value: Double, degreesOfFreedom: Int) {
      half = value / 2
      let isOdd = degreesOfFreedom % 2 == 1
      chance = isOdd ? erfc(half.squareRoot()) : 0
      // Of 1 degree: half^(1/2) e^-half / gamma(3/2); of none: e^-half.
      logTerm = isOdd ? log(half / Double.pi) / 2 + log(2) - half : -half
      divisor = isOdd ? 1.5 : 1
      for _ in 0..<degreesOfFreedom / 2 { addTwoDegrees() }
    }

    mutating func addTwoDegrees() {
      chance += exp(logTerm)
      logTerm += log(half / divisor)
      divisor += 1
    }
  }
}
