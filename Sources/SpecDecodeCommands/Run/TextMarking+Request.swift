import Foundation
import Reporting

extension TextMarking {
  /// What a run's options ask for; `NO_COLOR` takes the colours away.
  init(
    _ request: RunRequest, environment: [String: String] = ProcessInfo.processInfo.environment
  ) {
    self.init(
      highlights: request.isHighlighted, showsRejected: request.showsRejected,
      hasColours: environment["NO_COLOR", default: ""].isEmpty)
  }

  /// What to tell the user about the marks before the output.
  var note: String? {
    let missing =
      highlights && !hasColours ? "note: NO_COLOR is set, so --highlight shows nothing\n" : nil
    let legend = legend(isColoured: StandardError.isTerminal)
    return missing == nil && legend == nil ? nil : (missing ?? "") + (legend ?? "")
  }
}
