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

  /// The same of a number that may not apply; nil shows as a dash.
  package static func fixed(_ value: Double?, digits: Int) -> String {
    value.map { fixed($0, digits: digits) } ?? "-"
  }

  /// A share as a percentage; nil shows as a dash.
  package static func percent(_ share: Double?, digits: Int = 0) -> String {
    share.map { "\(fixed($0 * 100, digits: digits)) %" } ?? "-"
  }

  /// Parts of a whole with their shares, which add up to 100 %; nil when the whole is nothing.
  package static func shares(_ parts: [(name: String, value: Double)]) -> String? {
    let parts = parts.map { (name: $0.name, value: max($0.value, 0)) }
    let whole = parts.reduce(0) { $0 + $1.value }
    guard whole > 0, whole.isFinite else { return nil }
    var percents = parts.map { ($0.value / whole * 100).rounded(.down) }
    // What rounding down took goes to those that lost most.
    let order = parts.indices.sorted {
      parts[$0].value / whole * 100 - percents[$0] > parts[$1].value / whole * 100 - percents[$1]
    }
    for place in order.prefix(Int(100 - percents.reduce(0, +))) { percents[place] += 1 }
    return zip(parts, percents).map { "\($0.name) \(fixed($1, digits: 0)) %" }
      .joined(separator: " · ")
  }

  /// Rows of as many cells each: the first column on the left, the others on the right.
  package static func table(_ rows: [[String]]) -> String {
    let widths = (rows.first ?? []).indices.map { column in
      rows.map { $0[column].count }.max() ?? 0
    }
    return rows.map { row in
      row.enumerated().map { column, cell in
        padded(cell, to: widths[column], atEnd: column == 0)
      }.joined(separator: "  ") + "\n"
    }.joined()
  }

  /// A text with blanks behind it, or before it, up to a width.
  package static func padded(_ text: String, to width: Int, atEnd: Bool = true) -> String {
    let padding = String(repeating: " ", count: max(0, width - text.count))
    return atEnd ? text + padding : padding + text
  }

  /// A number and what it counts, in the plural but for 1.
  package static func count(_ number: Int, _ noun: String) -> String {
    "\(number) \(noun)\(number == 1 ? "" : "s")"
  }

  /// A number of threads, and whether it was measured to be the fastest.
  package static func threads(_ number: Int, measured: Bool) -> String {
    count(number, "thread") + (measured ? " (measured)" : "")
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
