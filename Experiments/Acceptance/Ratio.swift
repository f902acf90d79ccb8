import Reporting

/// The ratio of two sums over prompts, with its interval.
struct Ratio {
  let value: Double
  let interval: Interval?

  init(_ numerators: [Double], _ denominators: [Double], _ bootstrap: Bootstrap) {
    value = numerators.reduce(0, +) / denominators.reduce(0, +)
    interval = bootstrap.ratioInterval(numerators, denominators)
  }

  func text(scale: Double = 1, digits: Int) -> String {
    guard value.isFinite else { return "-" }
    func number(_ value: Double) -> String { NumberText.fixed(value * scale, digits: digits) }
    return number(value)
      + (interval.map { " (\(number($0.lower)) to \(number($0.upper)))" } ?? "")
  }
}
