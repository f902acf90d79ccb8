/// A line that shows how far a long piece of work is; for a log, one line after another.
package struct ProgressBar: Sendable, Equatable {
  /// What is being done, in a few words.
  package let label: String
  /// Whether to say how long the rest takes, if it goes on as before.
  package let showsTimeLeft: Bool
  /// Whether lines are written in place of one that is drawn again.
  package let writesLines: Bool

  private static let width = 24
  private static let delay = 2.0
  private static let (interval, lineInterval) = (0.1, 10.0)
  private var lastShown: Double?

  /// A bar for work that starts now.
  package init(label: String, showsTimeLeft: Bool = false, writesLines: Bool = false) {
    self.label = label
    self.showsTimeLeft = showsTimeLeft
    self.writesLines = writesLines
  }

  /// Whether the bar is on the screen.
  package var isShown: Bool { lastShown != nil && !writesLines }

  /// What to send to the terminal or the log at a moment; nil when there is nothing new to show.
  ///
  /// Work of less than two seconds shows nothing; after that ten updates a second at most. Of lines
  /// there is one every ten seconds.
  ///
  /// - Parameters:
  ///   - fraction: how much is done, 0 to 1.
  ///   - elapsed: seconds since the work began.
  package mutating func update(fraction: Double, elapsed: Double) -> String? {
    let isDue =
      writesLines
      ? elapsed - (lastShown ?? 0) >= Self.lineInterval
      : elapsed >= Self.delay && elapsed - (lastShown ?? -.infinity) >= Self.interval
    guard isDue else { return nil }
    lastShown = elapsed
    let share = fraction.isFinite ? min(max(fraction, 0), 1) : 0
    let percent = "\(Int(share * 100)) %"
    let left =
      showsTimeLeft && share > 0 ? ", \(Self.clock(elapsed / share - elapsed)) left" : ""
    if writesLines { return "\(label): \(percent) after \(Self.clock(elapsed))\(left)\n" }
    let filled = Int(share * Double(Self.width))
    let bar =
      String(repeating: "█", count: filled)
      + String(repeating: "░", count: Self.width - filled)
    return "\r\u{1B}[K\(label)  \(bar) \(percent)\(left)"
  }

  /// Minutes and seconds, or hours, minutes and seconds.
  private static func clock(_ seconds: Double) -> String {
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
