import Foundation

/// The order of an interactive run: a line, an output, a line.
///
/// At a terminal SIGINT (Ctrl-C) ends an output, and leaves when no line was given since the last
/// one. What the terminal does with a line that is being typed, it does: it throws it away.
/// Elsewhere nobody could type the next line, so it leaves at once, as SIGTERM and SIGHUP do anywhere.
package struct InteractiveSession {
  /// What became of an output.
  package enum Outcome: Equatable, Sendable {
    /// It is written, as far as it goes.
    case done
    /// Nobody reads it any more.
    case outputClosed
  }

  private let reader: any PromptReader
  private let note: (String) -> Void
  private let generate: ([UInt8], _ isStopped: () -> Bool) throws -> Outcome

  /// Joins a reader of prompts and what is done with each.
  ///
  /// - Parameters:
  ///   - note: shows something to the person at the terminal.
  ///   - generate: writes the output of a prompt, until it is told to stop.
  package init(
    reader: any PromptReader, note: @escaping (String) -> Void,
    generate: @escaping ([UInt8], _ isStopped: () -> Bool) throws -> Outcome
  ) {
    self.reader = reader
    self.note = note
    self.generate = generate
  }

  /// Goes on until there are no more lines, somebody leaves or nobody reads.
  package func run() throws -> ExitCode {
    if reader.isTerminal { note("A prompt a line; Ctrl-C stops an output, Ctrl-D leaves.\n") }
    var wasInterrupted = false
    while true {
      if reader.isTerminal { note("> ") }
      switch try reader.next() {
      case .end:
        if reader.isTerminal { note("\n") }
        return .success
      case .signal(let signal):
        if reader.isTerminal { note("\n") }
        guard staysOn(signal), !wasInterrupted else { return .interrupted(signal: signal) }
        wasInterrupted = true
        note("(Ctrl-C again leaves)\n")
      case .line(let prompt):
        wasInterrupted = false
        if prompt.isEmpty, reader.isTerminal { continue }
        let outcome = try generate(prompt) { reader.hasSignal }
        if outcome == .outputClosed { return .success }
        guard let signal = reader.takeSignal() else { continue }
        guard staysOn(signal) else { return .interrupted(signal: signal) }
        wasInterrupted = true
      }
    }
  }

  /// Whether a signal only ends what is being written.
  private func staysOn(_ signal: Int32) -> Bool {
    signal == SIGINT && reader.isTerminal
  }
}
