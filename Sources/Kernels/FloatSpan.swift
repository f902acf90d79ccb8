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

  /// The largest of finite values; nil if there is none.
  package var maximum: Float? {
    unsafe withUnsafeBufferPointer { values in
      guard let start = values.baseAddress, !values.isEmpty else { return nil }
      return unsafe ck_maximum(start, values.count)
    }
  }

  /// Copies all of it over as many values.
  package func copy(into values: inout [Float]) {
    precondition(values.count == count)
    unsafe values.withUnsafeMutableBufferPointer { values in
      unsafe withUnsafeBufferPointer { source in
        guard let target = values.baseAddress, let source = source.baseAddress else { return }
        unsafe target.update(from: source, count: values.count)
      }
    }
  }
}
