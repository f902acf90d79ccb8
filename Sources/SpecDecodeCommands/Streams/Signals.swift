import Dispatch
import Foundation

/// Signals that must not end the program by themselves.
enum Signals {
  /// Takes the default action away from a signal.
  static func ignore(_ number: Int32) {
    signal(number, SIG_IGN)
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
}
