import Dispatch
import Foundation
import SpecDecodePlatform

/// Signals that must not end the program by themselves.
enum Signals {
  /// Takes the default action away from a signal.
  static func ignore(_ number: Int32) {
    signal(number, SIG_IGN)
  }

  /// Whether whoever started the program had it ignore hang-ups, as `nohup` does.
  private static let ignoresHangUp = SignalAction.isIgnored(SIGHUP)

  /// Hands every signal that asks the program to end to a function, for as long as the sources live.
  static func ending(
    handler: @escaping @Sendable (Int32) -> Void
  ) -> [any DispatchSourceSignal] {
    ([SIGINT, SIGTERM] + (ignoresHangUp ? [] : [SIGHUP])).map { number in
      source(of: number) { handler(number) }
    }
  }

  /// Hands a signal to a function in place of its default action, for as long as the source lives.
  static func source(
    of number: Int32, handler: @escaping @Sendable () -> Void
  ) -> any DispatchSourceSignal {
    // The default action would end the program before the source sees the signal.
    ignore(number)
    let source = DispatchSource.makeSignalSource(signal: number, queue: .global())
    source.setEventHandler(handler: handler)
    source.resume()
    return source
  }

  /// Ends the program at once, without what is only half there.
  static func exit(_ number: Int32) {
    PartialFolders.ofProgram.removeAll {
      _exit(ExitCode.interrupted(signal: number).value)
    }
  }
}
