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
