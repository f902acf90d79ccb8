/// What a verifier pass costs by the length of its window, as running medians of seconds.
///
/// A longer window is taken to cost no less than a shorter one, which is true but for noise; so a
/// single disturbed measurement cannot hide the windows below it. Between measured windows the
/// cost is linear; beyond them it goes on as before.
struct WindowCosts {
  /// What a byte more costs while only one window has been measured, in passes over one byte.
  private static let assumedSlope = 0.1
  /// A value is cut to this many times what was expected: a disturbance, or reached soon.
  private static let outlier = 2.0
  /// Rounds with a draft after which a window's measurements are too old to count.
  private static let lifetime = 256

  private var measured: [RunningMedian]
  private var lastRound: [Int]
  private var table: [Double]
  private var draftedRounds = 0

  /// Whether anything was measured.
  private(set) var isKnown = false

  /// The longest window that was ever measured.
  private(set) var longest = 0

  /// For windows of 1 to `limit` bytes.
  init(limit: Int) {
    measured = Array(repeating: RunningMedian(), count: limit + 1)
    lastRound = Array(repeating: 0, count: limit + 1)
    table = Array(repeating: 0, count: limit + 1)
  }

  /// The longest window that there can be.
  var limit: Int { table.count - 1 }

  /// Expected seconds of a pass; 0 before the first measurement.
  func seconds(window: Int) -> Double { table[window] }

  /// Learns from a pass.
  ///
  /// - Complexity: O(limit), without allocating.
  mutating func record(_ seconds: Double, window: Int) {
    longest = max(longest, window)
    if window > 1 { draftedRounds += 1 }
    lastRound[window] = draftedRounds
    measured[window].record(
      isKnown ? min(seconds, Self.outlier * table[window]) : seconds)
    isKnown = true
    forgetOld()
    fillTable()
  }

  /// A busy or slow machine long ago says nothing; the plain pass is measured again on purpose.
  private mutating func forgetOld() {
    for window in measured.indices.dropFirst(2)
    where measured[window].count > 0 && draftedRounds - lastRound[window] > Self.lifetime {
      measured[window] = RunningMedian()
    }
  }

  private mutating func fillTable() {
    var least = Double.infinity
    for window in measured.indices.reversed() {
      guard let median = measured[window].median else { continue }
      least = min(least, median)
      table[window] = least
    }
    var low: Int?
    var slope: Double?
    for window in measured.indices where measured[window].count > 0 {
      if let low {
        let rise = (table[window] - table[low]) / Double(window - low)
        fill(from: low, to: window, slope: rise)
        slope = rise
      } else {
        fillBelow(window)
      }
      low = window
    }
    guard let low else { return }
    fill(from: low, to: table.count, slope: slope ?? Self.assumedSlope * table[low])
  }

  private mutating func fill(from low: Int, to end: Int, slope: Double) {
    for window in low + 1..<max(end, low + 1) {
      table[window] = table[low] + slope * Double(window - low)
    }
  }

  private mutating func fillBelow(_ window: Int) {
    for shorter in 0..<window { table[shorter] = table[window] }
  }
}
