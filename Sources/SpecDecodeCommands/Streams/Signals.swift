import Dispatch
import Foundation
import SpecDecodePlatform
import Synchronization

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

  private static let partialFolders = Mutex<Set<URL>>([])

  /// Notes a folder that is to go when the program ends before it is complete.
  static func watch(partial folder: URL) {
    partialFolders.withLock { _ = $0.insert(folder) }
  }

  /// Forgets a folder that is complete or gone.
  static func forget(partial folder: URL) {
    partialFolders.withLock { _ = $0.remove(folder) }
  }

  /// Ends the program at once, without what is only half there.
  static func exit(_ number: Int32) {
    // Its writer goes on meanwhile: a file that comes in between keeps a folder.
    for folder in partialFolders.withLock({ $0 }) {
      for _ in 0..<10 where FileManager.default.fileExists(atPath: folder.path) {
        try? FileManager.default.removeItem(at: folder)
      }
    }
    _exit(ExitCode.interrupted(signal: number).value)
  }
}
