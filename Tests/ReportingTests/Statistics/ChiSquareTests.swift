import Reporting
import Testing

@Suite struct ChiSquareTests {
  /// Tables of the distribution.
  @Test(arguments: [
    (1, 0.001, 10.828), (8, 0.001, 26.124), (10, 0.05, 18.307), (3, 0.01, 11.345),
    (100, 0.001, 149.449), (2, 1e-6, 27.631),
  ])
  func `points are those of the tables`(degrees: Int, level: Double, expected: Double) {
    let distribution = ChiSquareDistribution(degreesOfFreedom: degrees)
    let point = distribution.point(upperTail: level)
    #expect(abs(point - expected) < 0.001)
    #expect(abs(distribution.upperTail(point) / level - 1) < 1e-9)
  }

  /// Of one degree it is the chance that |Z + 2| > 1.96, of two Marcum's Q(1, 1).
  @Test func `noncentral tails are those of the normal distribution`() {
    let one = ChiSquareDistribution(degreesOfFreedom: 1)
    #expect(abs(one.upperTail(3.841459, noncentrality: 4) - 0.516005) < 1e-5)
    let two = ChiSquareDistribution(degreesOfFreedom: 2)
    #expect(abs(two.upperTail(1, noncentrality: 1) - 0.7328798) < 1e-6)
    #expect(two.upperTail(0) == 1 && two.upperTail(.infinity) == 0)
  }

  @Test func `thousands of degrees of freedom stay within range`() {
    let distribution = ChiSquareDistribution(degreesOfFreedom: 5_001)
    let point = distribution.point(upperTail: 0.5)
    #expect(abs(point - 5_000.33) < 0.1)
    #expect(distribution.upperTail(point, noncentrality: 3_000) > 0.99)
  }

  @Test func `cells of which few are expected are taken together`() {
    let test = ChiSquare(counts: [60, 33, 3, 4], probabilities: [0.6, 0.3, 0.04, 0.06])
    #expect(test.degreesOfFreedom == 2)
    // 4 are expected of the third, too few alone: it joins the least of the others, the fourth.
    #expect(abs(test.statistic - (0.3 + 0.9)) < 1e-12)
  }

  @Test func `what cannot happen and does is infinitely unlikely`() {
    let test = ChiSquare(counts: [50, 50, 1], probabilities: [0.5, 0.5, 0])
    #expect(test.statistic == .infinity && !test.holds(at: 1e-12))
  }

  @Test func `what is rare and comes often is infinitely unlikely, however certain the rest`() {
    let often = ChiSquare(counts: [900, 50, 50], probabilities: [0.999, 0.0005, 0.0005])
    #expect(often.statistic == .infinity && often.degreesOfFreedom == 0)
    let seldom = ChiSquare(counts: [990, 6, 4], probabilities: [0.999, 0.0005, 0.0005])
    #expect(seldom.holds(at: 0.001))
    let impossible = ChiSquare(counts: [990, 9, 1], probabilities: [0.99, 0.01, 0])
    #expect(impossible.statistic == .infinity)
  }

  @Test func `one cell holds`() {
    #expect(ChiSquare(counts: [7], probabilities: [1]).holds(at: 0.5))
    #expect(ChiSquare(counts: [3, 1], probabilities: [0.5, 0.5]).degreesOfFreedom == 0)
  }
}
