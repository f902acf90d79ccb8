internal import CKernels

/// A member's own memory for quantised activations: it grows to the largest matrix and window and
/// is used again for each product.
@safe
final class QuantizedActivations: @unchecked Sendable {
  // SAFETY: each member of a team uses its own; `data` has `capacity` bytes, freed in `deinit`.
  private var data: UnsafeMutableRawPointer
  private var capacity = 0
  private var scales = FloatBuffer(count: 0)
  /// A cache line.
  private static let alignment = 64

  init() {
    unsafe data = UnsafeMutableRawPointer.allocate(byteCount: 0, alignment: Self.alignment)
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
    let byteCount = unsafe stride * positions * kernels.pointee.activation_size
    reserve(byteCount: byteCount, positions: positions)
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
    let byteCount = unsafe stride * positions * kernels.pointee.activation_size
    reserve(byteCount: 2 * byteCount, positions: 2 * positions)
    unsafe kernels.pointee.quantize15(
      x.input, columns, positions, data, stride, scales.base)
    return unsafe (
      ck_quantized(data: data, stride: stride, scales: scales.base),
      ck_quantized(
        data: data + byteCount, stride: stride, scales: scales.base + positions)
    )
  }

  private func reserve(byteCount: Int, positions: Int) {
    if scales.count < positions { scales = FloatBuffer(count: positions) }
    guard capacity < byteCount else { return }
    unsafe data.deallocate()
    unsafe data = UnsafeMutableRawPointer.allocate(
      byteCount: byteCount, alignment: Self.alignment)
    capacity = byteCount
  }
}

/// Memory for activations that the members of a team quantise together, each some positions.
package struct SharedActivations: Sendable {
  private let rows: FloatRows
  private let scales: FloatRows

  /// - Parameters:
  ///   - rows: one a position, of `width(columns:)` floats.
  ///   - scales: a float a position, in one row.
  package init(rows: FloatRows, scales: FloatRows) {
    self.rows = rows
    self.scales = scales
  }

  /// Floats that hold the activations of a position on any instruction set.
  package static func width(columns: Int) -> Int { (columns + 3) / 4 * 4 / 2 }

  /// Quantises some rows of `x`, each by its largest magnitude.
  func quantize(
    _ x: FloatRows, columns: Int, positions: Range<Int>, _ kernels: UnsafePointer<ck_table>
  ) {
    let all = unsafe memory(columns: columns, positions: positions.upperBound, kernels)
    let (first, size) = unsafe (positions.lowerBound, kernels.pointee.activation_size)
    unsafe kernels.pointee.quantize(
      x.rows(from: first).input, columns, positions.count,
      UnsafeMutableRawPointer(mutating: all.data) + first * all.stride * size, all.stride,
      UnsafeMutablePointer(mutating: all.scales) + first)
  }

  /// What lies here, of the first `positions`.
  func memory(
    columns: Int, positions: Int, _ kernels: UnsafePointer<ck_table>
  ) -> ck_quantized {
    rows.check(positions: positions, width: Self.width(columns: columns))
    scales.check(positions: 1, width: positions)
    let size = unsafe kernels.pointee.activation_size
    return unsafe ck_quantized(
      data: rows.start, stride: rows.stride * MemoryLayout<Float>.size / size,
      scales: scales.start)
  }
}
