/// Pearson's test that counts come from a distribution.
package struct ChiSquare: Sendable, Equatable {
  /// The sum over cells of (count - expected)^2 / expected; infinite when something was counted
  /// that cannot happen, or `hardlyEver` times what is too rare for a cell of its own.
  package let statistic: Double

  /// Cells less one.
  package let degreesOfFreedom: Int

  /// The fewest expected in a cell: with fewer the statistic has not the distribution that its
  /// limit is taken from.
  private static let leastExpected = 5.0

  /// So often comes what is expected less than 5 times with a chance under 1e-9 (Poisson's
  /// distribution). Without this, rare bytes alone would not show where a model is nearly certain.
  private static let hardlyEver = 25.0

  /// Compares counts with probabilities of sum 1; cells of which less than 5 are expected are taken
  /// together, and with the least of the others if that is not enough.
  package init(counts: [Int], probabilities: [Double]) {
    precondition(counts.count == probabilities.count)
    let total = Double(counts.reduce(0, +))
    var cells: [Cell] = []
    var rest = Cell()
    var isImpossible = false
    for (count, probability) in zip(counts, probabilities) {
      let cell = Cell(count: Double(count), expected: probability * total)
      if probability == 0, count > 0 { isImpossible = true }
      if cell.expected < Self.leastExpected { rest.add(cell) } else { cells.append(cell) }
    }
    if rest.expected < Self.leastExpected, rest.count >= Self.hardlyEver { isImpossible = true }
    if rest.expected >= Self.leastExpected || cells.isEmpty {
      cells.append(rest)
    } else if let least = cells.indices.min(by: { cells[$0].expected < cells[$1].expected }) {
      cells[least].add(rest)
    }
    statistic = isImpossible ? .infinity : cells.reduce(0) { $0 + $1.contribution }
    degreesOfFreedom = cells.count - 1
  }

  /// What the statistic exceeds by chance with a given probability.
  package func limit(at level: Double) -> Double {
    degreesOfFreedom > 0
      ? ChiSquareDistribution(degreesOfFreedom: degreesOfFreedom).point(upperTail: level) : 0
  }

  /// Whether the counts are as expected, by the test at a level. One cell holds whatever it holds.
  package func holds(at level: Double) -> Bool {
    statistic.isFinite && (degreesOfFreedom == 0 || statistic < limit(at: level))
  }

  private struct Cell {
    var count = 0.0
    var expected = 0.0

    var contribution: Double {
      expected > 0 ? (count - expected) * (count - expected) / expected : 0
    }

    mutating func add(_ other: Cell) {
      count += other.count
      expected += other.expected
    }
  }
}
