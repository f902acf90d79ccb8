/// A line that shows how far a long piece of work is.
package struct ProgressBar: Sendable, Equatable {
  /// What is being done, in a few words.
  package let label: String
  /// Whether the bar says how long the rest takes, if it goes on as before.
  package let showsTimeLeft: Bool

  private static let width = 24
  private static let delay = 2.0
  private static let interval = 0.1
  private var lastShown: Double?

  /// A bar for work that starts now.
  package init(label: String, showsTimeLeft: Bool = false) {
    self.label = label
    self.showsTimeLeft = showsTimeLeft
  }

  /// Whether the bar is on the screen.
  package var isShown: Bool { lastShown != nil }

  /// What to send to the terminal at a moment; nil when there is nothing new to show.
  ///
  /// Work of less than two seconds shows nothing; after that ten updates a second at most.
  ///
  /// - Parameters:
  ///   - fraction: how much is done, 0 to 1.
  ///   - elapsed: seconds since the work began.
  package mutating func update(fraction: Double, elapsed: Double) -> String? {
    guard elapsed >= Self.delay, elapsed - (lastShown ?? -.infinity) >= Self.interval else {
      return nil
    }
    lastShown = elapsed
    let share = fraction.isFinite ? min(max(fraction, 0), 1) : 0
    let filled = Int(share * Double(Self.width))
    let bar =
      String(repeating: "█", count: filled)
      + String(repeating: "░", count: Self.width - filled)
    return "\r\u{1B}[K\(label)  \(bar) \(Int(share * 100)) %"
      + (showsTimeLeft && share > 0 ? ", \(Self.clock(elapsed / share - elapsed)) left" : "")
  }

  /// Minutes and seconds, or hours, minutes and seconds.
  fileprivate static func clock(_ seconds: Double) -> String {
    let whole = Int(min(max(seconds, 0), 1e9).rounded())
    func two(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
    let minutes = whole / 60 % 60
    return whole < 3600
      ? "\(minutes):\(two(whole % 60))"
      : "\(whole / 3600):\(two(minutes)):\(two(whole % 60))"
  }

  /// What to send to the terminal to take the bar off; nil when it is not shown.
  package mutating func clear() -> String? {
    guard isShown else { return nil }
    lastShown = nil
    return "\r\u{1B}[K"
  }
}

/// The same for a log: a line every ten seconds.
package struct ProgressLines: Sendable, Equatable {
  private static let interval = 10.0
  private let label: String
  private var lastShown = 0.0

  /// Lines about work that starts now.
  package init(label: String) {
    self.label = label
  }

  /// What to write at a moment; nil when the last line is not old enough.
  package mutating func update(fraction: Double, elapsed: Double) -> String? {
    guard elapsed - lastShown >= Self.interval else { return nil }
    lastShown = elapsed
    let share = fraction.isFinite ? min(max(fraction, 0), 1) : 0
    let left = share > 0 ? ", \(ProgressBar.clock(elapsed / share - elapsed)) left" : ""
    return "\(label): \(Int(share * 100)) % after \(ProgressBar.clock(elapsed))\(left)\n"
  }
}
