internal import CKernels

/// A member's own memory for quantised activations: it grows to the largest matrix and window and
/// is used again for each product.
@safe
final class QuantizedActivations: @unchecked Sendable {
  // SAFETY: each member of a team uses its own; `data` has `capacity` bytes, freed in `deinit`.
  private var data: UnsafeMutablePointer<UInt8>
  private var capacity = 0
  private var scales = FloatBuffer(count: 0)

  init() {
    unsafe data = UnsafeMutablePointer<UInt8>.allocate(capacity: 1)
  }

  deinit {
    unsafe data.deallocate()
  }

  /// Quantises rows of `columns` floats, each by its largest magnitude.
  ///
  /// - Returns: what lies in this memory until the next call.
  func quantize(
    _ x: FloatRows, columns: Int, positions: Int, _ kernels: UnsafePointer<ck_table>
  ) -> ck_quantized {
    let stride = (columns + 3) / 4 * 4
    reserve(byteCount: stride * positions, positions: positions)
    unsafe kernels.pointee.quantize(
      x.input, columns, positions, data, stride, scales.base)
    return unsafe ck_quantized(data: data, stride: stride, scales: scales.base)
  }

  /// Quantises rows of `columns` floats to 15 bits, each by its largest magnitude.
  ///
  /// - Returns: the high and the low halves, which lie in this memory until the next call.
  func quantize15(
    _ x: FloatRows, columns: Int, positions: Int, _ kernels: UnsafePointer<ck_table>
  ) -> (high: ck_quantized, low: ck_quantized) {
    let stride = (columns + 3) / 4 * 4
    reserve(byteCount: 2 * stride * positions, positions: 2 * positions)
    unsafe kernels.pointee.quantize15(
      x.input, columns, positions, data, stride, scales.base)
    return unsafe (
      ck_quantized(data: data, stride: stride, scales: scales.base),
      ck_quantized(
        data: data + stride * positions, stride: stride, scales: scales.base + positions)
    )
  }

  private func reserve(byteCount: Int, positions: Int) {
    if scales.count < positions { scales = FloatBuffer(count: positions) }
    guard capacity < byteCount else { return }
    unsafe data.deallocate()
    unsafe data = UnsafeMutablePointer<UInt8>.allocate(capacity: byteCount)
    capacity = byteCount
  }
}
