import Foundation

/// The sanitizers that tests may run under.
package enum Sanitizer {
  /// Whether the options of one are set, as `Experiments/Sanitizers/run.sh` does. A sanitizer maps
  /// much memory for itself and keeps what is freed, so a process cannot be held to limits.
  package static var isActive: Bool {
    ["ASAN_OPTIONS", "TSAN_OPTIONS"].contains {
      ProcessInfo.processInfo.environment[$0] != nil
    }
  }
}
