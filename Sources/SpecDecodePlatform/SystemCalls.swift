import Foundation

/// Why the system did not do what it was asked.
package struct SystemFailure: Error, Equatable {
  /// An error number as in `errno`.
  package let code: Int32
  /// What it means, in words.
  package let reason: String

  /// The failure that an error number stands for, in the system's words.
  package init(code: Int32) {
    self.code = code
    // SAFETY: the text is NUL-terminated and copied at once.
    reason = unsafe strerror(code).map { unsafe String(cString: $0) } ?? "error \(code)"
  }

  /// Refuses a path that the system would cut at a NUL.
  package static func requireWhole(_ path: String) throws(SystemFailure) {
    guard !path.utf8.contains(0) else {
      throw SystemFailure(code: EINVAL, reason: "its name contains a NUL")
    }
  }

  private init(code: Int32, reason: String) {
    self.code = code
    self.reason = reason
  }
}

/// Repeats a system call for as long as a signal interrupts it.
package func retrying<Result: SignedInteger>(_ call: () -> Result) -> Result {
  while true {
    let result = call()
    if result >= 0 || errno != EINTR { return result }
  }
}
