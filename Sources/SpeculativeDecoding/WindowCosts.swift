/// What a verifier pass costs by the length of its window, from running medians of seconds.
///
/// A plain pass, and on top of it so much for each further byte: little while reading the weights
/// takes the time, more when arithmetic does. So the price of a byte is kept for bands of windows
/// apart; each pass teaches a whole band, and one disturbed pass nothing.
struct WindowCosts {
  /// What a byte more costs while nothing is known, in plain passes.
  private static let assumedSlope = 0.1
  /// The longest window of each band but the last.
  private static let bandEnds = [2, 4, 7, 12]

  private var plain = RunningMedian()
  private var slopes = [RunningMedian](repeating: RunningMedian(), count: bandEnds.count + 1)

  /// The longest window that there can be.
  let limit: Int

  /// The longest window that was ever measured.
  private(set) var longest = 0

  /// For windows of 1 to `limit` bytes.
  init(limit: Int) {
    self.limit = limit
  }

  /// Expected seconds of a pass; 0 before the first measurement of a plain one.
  ///
  /// Never less for a longer window.
  func seconds(window: Int) -> Double {
    guard let plain = plain.median else { return 0 }
    var seconds = 0.0
    for band in 0..<slopes.count {
      let end = band < Self.bandEnds.count ? min(window, Self.bandEnds[band]) : window
      seconds = max(seconds, plain + Double(end - 1) * slope(band, plain: plain))
      if end == window { break }
    }
    return seconds
  }

  /// Learns from a pass.
  mutating func record(_ seconds: Double, window: Int) {
    longest = max(longest, window)
    if window == 1 {
      plain.record(seconds)
    } else if let plain = plain.median {
      slopes[Self.band(of: window)].record(max(0, seconds - plain) / Double(window - 1))
    }
  }

  /// Of the band, else of the nearest that was measured, a shorter one first; of the lower where the
  /// band was measured once only: that pass may have been disturbed, and is worth another try.
  private func slope(_ band: Int, plain: Double) -> Double {
    let own = slopes[band].median
    if let own, slopes[band].count > 1 { return own }
    let nearest = nearestSlope(to: band) ?? Self.assumedSlope * plain
    return min(own ?? nearest, nearest)
  }

  /// Of the nearest other band that was measured.
  private func nearestSlope(to band: Int) -> Double? {
    for distance in 1..<slopes.count {
      for other in [band - distance, band + distance] where slopes.indices.contains(other) {
        if let slope = slopes[other].median { return slope }
      }
    }
    return nil
  }

  private static func band(of window: Int) -> Int {
    bandEnds.firstIndex { window <= $0 } ?? bandEnds.count
  }
}
