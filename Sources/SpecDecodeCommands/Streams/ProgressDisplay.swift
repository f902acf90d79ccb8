import Foundation
import Reporting

/// A progress bar on standard error, if a person is looking.
final class ProgressDisplay {
  /// Nil where nobody looks.
  private var bar: ProgressBar?
  private let stopwatch = Stopwatch()

  /// Begins to show work that begins now.
  ///
  /// - Parameters:
  ///   - isQuiet: whether nothing is to be shown, whoever looks.
  ///   - showsTimeLeft: whether to say how long the rest takes.
  ///   - writesLines: whether to write a line now and then where there is no terminal.
  init(
    label: String, isQuiet: Bool = false, showsTimeLeft: Bool = false, writesLines: Bool = false,
    isTerminal: Bool = StandardError.isTerminal
  ) {
    guard !isQuiet, isTerminal || writesLines else { return }
    bar = ProgressBar(label: label, showsTimeLeft: showsTimeLeft, writesLines: !isTerminal)
  }

  /// Shows how much is done.
  func show(_ done: Int, of whole: Int) {
    show(share: whole > 0 ? Double(done) / Double(whole) : 1)
  }

  /// Shows which share is done, 0 to 1.
  func show(share fraction: Double) {
    if let text = bar?.update(fraction: fraction, elapsed: stopwatch.seconds) {
      StandardError.write(text)
    }
  }

  /// Takes the bar off the screen.
  func clear() {
    if let text = bar?.clear() { StandardError.write(text) }
  }
}
