internal import CKernels

extension InstructionSet {
  /// exp of each value, by the kernels' own polynomial.
  package func exp(_ values: [Float]) -> [Float] {
    unsafe map(values) { unsafe $0.pointee.exp($1, $2, $3) }
  }

  /// x / (1 + exp(-x)) of each value.
  package func silu(_ values: [Float]) -> [Float] {
    unsafe map(values) { unsafe $0.pointee.silu($1, $2, $3) }
  }

  /// The running sums of exp(x - shift) over a range of a buffer: a softmax that is not yet
  /// divided by its total.
  ///
  /// - Parameters:
  ///   - sums: as many as the range has values; overwritten.
  package func cumulativeExp(
    of buffer: FloatBuffer, in range: Range<Int>, shift: Float, into sums: inout [Double]
  ) {
    precondition(range.lowerBound >= 0 && range.upperBound <= buffer.count)
    precondition(sums.count >= range.count)
    let saved = ck_enter_floating_point()
    defer { ck_leave_floating_point(saved) }
    unsafe sums.withUnsafeMutableBufferPointer { sums in
      guard let start = sums.baseAddress, let table = unsafe ck_table_for(code) else { return }
      unsafe table.pointee.cumulative_exp(
        buffer.base + range.lowerBound, range.count, shift, start)
    }
  }

  private func map(
    _ values: [Float],
    _ kernel: (
      UnsafePointer<ck_table>, UnsafePointer<Float>, Int, UnsafeMutablePointer<Float>
    ) -> Void
  ) -> [Float] {
    let saved = ck_enter_floating_point()
    defer { ck_leave_floating_point(saved) }
    return unsafe [Float](unsafeUninitializedCapacity: values.count) { results, count in
      unsafe values.withUnsafeBufferPointer { values in
        guard
          let source = values.baseAddress, let target = results.baseAddress,
          let table = unsafe ck_table_for(code)
        else { return }
        unsafe kernel(table, source, values.count, target)
        count = values.count
      }
    }
  }
}
