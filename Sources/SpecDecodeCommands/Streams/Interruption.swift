import Dispatch
import Foundation
import Synchronization

/// Turns the first Ctrl-C (SIGINT), SIGTERM or hang-up (SIGHUP) into a question that long work asks
/// between two steps; a second one ends the program at once.
final class Interruption {
  private final class Flag: Sendable {
    let signal = Atomic<Int32>(0)
  }

  private let flag = Flag()
  private let sources: [any DispatchSourceSignal]

  /// Watches from now on, for as long as the object lives.
  init() {
    sources = Signals.ending { [flag] number in
      let (isFirst, _) = flag.signal.compareExchange(
        expected: 0, desired: number, ordering: .relaxed)
      if !isFirst { Signals.exit(number) }
    }
  }

  /// The signal that came first; nil when none came.
  var signal: Int32? {
    let number = flag.signal.load(ordering: .relaxed)
    return number == 0 ? nil : number
  }

  /// Throws when a signal came.
  func check() throws(CommandError) {
    if let signal { throw .interrupted(signal: signal) }
  }
}
