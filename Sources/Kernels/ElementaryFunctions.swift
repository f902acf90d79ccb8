internal import CKernels

extension InstructionSet {
  /// exp of each value, by the kernels' own polynomial.
  package func exp(_ values: [Float]) -> [Float] {
    unsafe map(values) { unsafe $0.pointee.exp($1, $2, $3) }
  }

  /// 2^x of each value, none above 0: the decay of a scan.
  package func exp2(_ values: [Float]) -> [Float] {
    unsafe map(values) { unsafe $0.pointee.exp2($1, $2, $3) }
  }

  /// x / (1 + exp(-x)) of each value.
  package func silu(_ values: [Float]) -> [Float] {
    unsafe map(values) { unsafe $0.pointee.silu($1, $2, $3) }
  }

  /// The running sums of exp((x - maximum) / temperature) of some logits: a softmax that is not yet
  /// divided by its total, which is the last sum.
  ///
  /// - Parameters:
  ///   - logits: finite values.
  ///   - temperature: above 0.
  ///   - sums: as many as there are logits are overwritten; it holds at least as many.
  package func cumulativeSoftmax(
    of logits: Span<Float>, temperature: Float, into sums: inout [Double]
  ) {
    precondition(sums.count >= logits.count && temperature > 0)
    let saved = ck_enter_floating_point()
    defer { ck_leave_floating_point(saved) }
    guard let maximum = logits.maximum else { return }
    unsafe sums.withUnsafeMutableBufferPointer { sums in
      unsafe logits.withUnsafeBufferPointer { logits in
        guard let values = logits.baseAddress, let start = sums.baseAddress else { return }
        unsafe kernels.pointee.cumulative_exp(
          values, logits.count, maximum, 1 / temperature, start)
      }
    }
  }

  /// 52 random bits for each of the 256 bytes at an output position: a pure function of both numbers.
  ///
  /// - Parameter bits: 256 are overwritten, from `offset` on.
  package func noise(
    seed: UInt64, position: UInt64, into bits: inout [UInt64], from offset: Int
  ) {
    precondition(offset >= 0 && bits.count - offset >= 256)
    unsafe bits.withUnsafeMutableBufferPointer { bits in
      guard let start = bits.baseAddress else { return }
      unsafe kernels.pointee.noise(seed, position, start + offset)
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
        guard let source = values.baseAddress, let target = results.baseAddress else { return }
        unsafe kernel(kernels, source, values.count, target)
        count = values.count
      }
    }
  }
}
