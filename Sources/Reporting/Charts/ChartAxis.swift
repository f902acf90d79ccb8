/// An axis: what it shows, in which unit, and on which scale.
package struct ChartAxis: Sendable, Equatable {
  /// What it shows, with the unit.
  package var title: String
  /// Where values stand.
  package var scale: AxisScale
  /// What stands behind the number of a tick.
  package var suffix: String

  /// An axis over a scale.
  package init(_ title: String, _ scale: AxisScale, suffix: String = "") {
    self.title = title
    self.scale = scale
    self.suffix = suffix
  }

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
  package var labels: [(value: Double, text: String)] {
    let ticks = scale.ticks
    let spacing = ticks.count > 1 ? ticks[1] - ticks[0] : 1
    return ticks.map { tick in
      (tick, Self.label(tick, spacing: scale.kind == .logarithmic ? tick : spacing) + suffix)
    }
  }
}
