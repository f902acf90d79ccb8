/// Numbers as reports show them, the same in every locale.
package enum NumberText {
  /// A number with so many digits after the point.
  package static func fixed(_ value: Double, digits: Int) -> String {
    let scale = (0..<digits).reduce(1.0) { power, _ in power * 10 }
    let scaled = (value * scale).rounded()
    guard digits > 0, scaled.magnitude < 0x1p53 else {
      return scaled.magnitude < 0x1p53 ? "\(Int(scaled))" : "\(value)"
    }
    let magnitude = Int(scaled.magnitude)
    let divisor = Int(scale)
    let fraction = String(magnitude % divisor)
    let padding = String(repeating: "0", count: digits - fraction.count)
    return (scaled < 0 ? "-" : "") + "\(magnitude / divisor).\(padding)\(fraction)"
  }

  /// A share as a percentage; nil shows as a dash.
  package static func percent(_ share: Double?, digits: Int = 0) -> String {
    share.map { "\(fixed($0 * 100, digits: digits)) %" } ?? "-"
  }

  /// Seconds, or milliseconds when there is less than a tenth of a second.
  package static func seconds(_ value: Double) -> String {
    guard value < 0.09995 else { return "\(fixed(value, digits: 2)) s" }
    return "\(fixed(value * 1000, digits: value < 0.009995 ? 2 : 1)) ms"
  }

  /// Bytes in the largest binary unit that gives at least 1.
  package static func bytes(_ count: Int) -> String {
    var value = Double(count)
    var unit = "bytes"
    for next in ["KiB", "MiB", "GiB", "TiB"] where value >= 1024 {
      value /= 1024
      unit = next
    }
    return unit == "bytes" ? "\(count) bytes" : "\(fixed(value, digits: 1)) \(unit)"
  }
}

extension NumberText {
  /// A number with about three digits that count.
  package static func significant(_ value: Double) -> String {
    switch value.magnitude {
    case 0: "0"
    case ..<0.0001: fixed(value * 1e6, digits: 2) + "e-6"
    case ..<0.01: fixed(value, digits: 5)
    case ..<1: fixed(value, digits: 3)
    case ..<10: fixed(value, digits: 2)
    case ..<100: fixed(value, digits: 1)
    default: fixed(value, digits: 0)
    }
  }

  /// A factor and, if it is known, its interval: `1.52x (1.41–1.63)`.
  package static func factor(_ value: Double?, _ interval: Interval? = nil) -> String {
    guard let value else { return "-" }
    let ends = interval.map { " (\(fixed($0.lower, digits: 2))–\(fixed($0.upper, digits: 2)))" }
    return fixed(value, digits: 2) + "x" + (ends ?? "")
  }

  /// Seconds with three digits that count: microseconds below a thousandth.
  package static func preciseSeconds(_ value: Double) -> String {
    value < 0.001 ? "\(fixed(value * 1e6, digits: value < 0.0001 ? 1 : 0)) µs" : seconds(value)
  }

  /// A change as a percentage with its sign.
  package static func change(_ share: Double, digits: Int = 1) -> String {
    (share < 0 ? "−" : "+") + fixed(share.magnitude * 100, digits: digits) + " %"
  }
}
