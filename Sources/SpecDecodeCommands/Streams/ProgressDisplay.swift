import Foundation
import Reporting

/// A progress bar on standard error, if a person is looking.
final class ProgressDisplay {
  private var bar: ProgressBar?
  /// Says in lines what nobody sees as a bar.
  private var lines: ProgressLines?
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
    bar = isTerminal && !isQuiet ? ProgressBar(label: label, showsTimeLeft: showsTimeLeft) : nil
    lines = writesLines && !isTerminal && !isQuiet ? ProgressLines(label: label) : nil
  }

  /// Shows how much is done.
  func show(_ done: Int, of whole: Int) {
    show(share: whole > 0 ? Double(done) / Double(whole) : 1)
  }

  /// Shows which share is done, 0 to 1.
  func show(share fraction: Double) {
    let seconds = stopwatch.seconds
    if let text = bar?.update(fraction: fraction, elapsed: seconds)
      ?? lines?.update(fraction: fraction, elapsed: seconds)
    {
      StandardError.write(text)
    }
  }

  /// Takes the bar off the screen.
  func clear() {
    if let text = bar?.clear() { StandardError.write(text) }
  }
}
