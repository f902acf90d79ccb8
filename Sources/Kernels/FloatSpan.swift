internal import CKernels

extension Span<Float> {
  /// The first NaN or infinity; nil if there is none.
  package var firstNonFinite: Int? {
    let index = unsafe withUnsafeBufferPointer { values in
      // SAFETY: nothing is read of no values, which may have no address.
      unsafe values.baseAddress.map { unsafe ck_first_nonfinite($0, values.count) } ?? 0
    }
    return index < count ? index : nil
  }
}
