/// How the program ends, as the shell sees it.
package enum ExitCode: Equatable, Sendable {
  /// What was asked for is done.
  case success
  /// Something went wrong; a message says what.
  case failure
  /// The command line is wrong (`EX_USAGE` of sysexits).
  case usage
  /// A signal ended the work early.
  case interrupted(signal: Int32)

  /// 0, 1, 64, or 128 and the number of the signal: 130 for Ctrl-C.
  package var value: Int32 {
    switch self {
    case .success: 0
    case .failure: 1
    case .usage: 64
    case .interrupted(let signal): 128 + signal
    }
  }

  /// How a run ends: outputs that differ outweigh everything, then the signal that ended it early.
  package static func ofRun(identical: Bool?, signal: Int32?) -> ExitCode {
    if identical == false { return .failure }
    return signal.map { .interrupted(signal: $0) } ?? .success
  }
}
