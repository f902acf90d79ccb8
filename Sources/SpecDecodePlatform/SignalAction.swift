import Foundation

/// What becomes of a signal.
package enum SignalAction {
  /// Whether whoever started the program had it ignore a signal, as `nohup` does with hang-ups; else
  /// its action is the default from now on.
  package static func isIgnored(_ number: Int32) -> Bool {
    // SAFETY: SIG_IGN is a number in the place of a function, and is only compared.
    let old = unsafe unsafeBitCast(signal(number, SIG_IGN), to: Int.self)
    let isIgnored = unsafe old == unsafeBitCast(SIG_IGN, to: Int.self)
    if !isIgnored { signal(number, SIG_DFL) }
    return isIgnored
  }
}
