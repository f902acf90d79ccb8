/// What arrives where prompts are read.
package enum PromptEvent: Equatable, Sendable {
  /// A line, without its end.
  case line([UInt8])
  /// There are no more.
  case end
  /// A signal came in place of a line: SIGINT is Ctrl-C.
  case signal(Int32)
}

/// Where the prompts of an interactive run come from.
package protocol PromptReader: AnyObject {
  /// Whether a person types the lines.
  var isTerminal: Bool { get }

  /// Waits for the next line, the end or a signal.
  func next() throws -> PromptEvent

  /// Whether a signal came and was not taken.
  var hasSignal: Bool { get }

  /// Takes the first signal that came; nil without one.
  func takeSignal() -> Int32?
}
