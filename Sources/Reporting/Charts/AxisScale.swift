import Foundation

/// Maps values to places between 0 and 1, and says where ticks stand.
package struct AxisScale: Sendable, Equatable {
  /// How values map to places.
  package enum Kind: Sendable, Equatable {
    /// Equal differences are equally long.
    case linear
    /// Equal ratios are equally long.
    case logarithmic
  }

  /// How values map to places.
  package let kind: Kind
  /// The value at 0.
  package let lower: Double
  /// The value at 1; above `lower`.
  package let upper: Double

  /// A scale from about the least to about the largest value: the ends are round numbers.
  ///
  /// - Parameters:
  ///   - values: what must be seen; those that are not finite, or not positive on a logarithmic
  ///     scale, are left out. Without any the scale goes from 0, or 1, to 1 step above.
  ///   - includesZero: whether a linear scale begins at zero when no value is negative.
  package init(_ kind: Kind, covering values: [Double], includesZero: Bool = false) {
    self.kind = kind
    let usable = values.filter { $0.isFinite && (kind == .linear || $0 > 0) }
    var least = usable.min() ?? (kind == .linear ? 0 : 1)
    var most = usable.max() ?? (kind == .linear ? 1 : 2)
    if kind == .linear, includesZero { least = min(least, 0) }
    if least == most { (least, most) = Self.widened(least, kind) }
    switch kind {
    case .linear:
      let step = NiceTicks.step(span: most - least, count: 5)
      lower = (least / step + 1e-9).rounded(.down) * step
      upper = max((most / step - 1e-9).rounded(.up) * step, lower + step)
    case .logarithmic:
      lower = NiceTicks.logarithmicFloor(least)
      upper = max(NiceTicks.logarithmicCeiling(most), lower * 1.1)
    }
  }

  /// Where a value stands: 0 at `lower`, 1 at `upper`, kept within both.
  package func place(_ value: Double) -> Double {
    let place =
      switch kind {
      case .linear: (value - lower) / (upper - lower)
      case .logarithmic: value > 0 ? log(value / lower) / log(upper / lower) : 0
      }
    return place.isFinite ? min(max(place, 0), 1) : 0
  }

  /// Round values from `lower` to `upper`.
  package var ticks: [Double] {
    switch kind {
    case .linear: NiceTicks.linear(from: lower, to: upper)
    case .logarithmic: NiceTicks.logarithmic(from: lower, to: upper)
    }
  }

  private static func widened(_ value: Double, _ kind: Kind) -> (Double, Double) {
    switch kind {
    case .linear: value > 0 ? (0, value) : value < 0 ? (value, 0) : (0, 1)
    case .logarithmic: (value / 1.25, value * 1.25)
    }
  }
}

/// An axis: what it shows, in which unit, and on which scale.
package struct ChartAxis {
  /// What it shows, with the unit.
  var title: String
  /// Where values stand.
  var scale: AxisScale
  /// What stands behind the number of a tick.
  var suffix = ""

  /// A number as a tick shows it: with the digits that tell ticks apart.
  package static func label(_ value: Double, spacing: Double) -> String {
    var digits = 0
    var unit = spacing.magnitude
    while digits < 6, unit > 0, (unit - unit.rounded()).magnitude > 1e-6 * unit {
      digits += 1
      unit *= 10
    }
    return NumberText.fixed(value, digits: digits)
  }

  /// Ticks with their labels. Those of a logarithmic scale are told apart by fewer digits where
  /// they are larger, so each has its own.
  var labels: [(value: Double, text: String)] {
    let ticks = scale.ticks
    let spacing = ticks.count > 1 ? ticks[1] - ticks[0] : 1
    return ticks.map { tick in
      (tick, Self.label(tick, spacing: scale.kind == .logarithmic ? tick : spacing) + suffix)
    }
  }
}
