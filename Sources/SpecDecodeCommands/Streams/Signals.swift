import Foundation

/// Signals that must not end the program by themselves.
enum Signals {
  /// Takes the default action away from a signal.
  static func ignore(_ number: Int32) {
    signal(number, SIG_IGN)
  }
}
