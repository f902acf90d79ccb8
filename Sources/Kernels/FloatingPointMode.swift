internal import CKernels

/// The rounding and subnormal mode of the calling thread.
package enum FloatingPointMode {
  /// Runs `body` with rounding to nearest and subnormal numbers kept, whatever the host program
  /// has set, and restores its settings.
  ///
  /// Not inlined, so that no operation of `body` is moved out of it.
  @inline(never)
  package static func withDefault(_ body: () -> Void) {
    let saved = ck_enter_floating_point()
    body()
    ck_leave_floating_point(saved)
  }
}
