/// Rows in a buffer, one a position: row t starts at `offset + t * stride`.
///
/// A view, which owns nothing: whoever makes it keeps the buffer for as long as it is used. Members
/// of a team that copied references to one buffer would all write its count.
@safe
package struct FloatRows: @unchecked Sendable {
  // SAFETY: the first of `count` floats of a buffer that outlives this view; what is read or
  // written of them is checked.
  let base: UnsafeMutablePointer<Float>
  private let count: Int

  /// Where the first row starts.
  private let offset: Int

  /// From one row to the next.
  package let stride: Int

  fileprivate init(base: UnsafeMutablePointer<Float>, count: Int, offset: Int, stride: Int) {
    unsafe self.base = base
    self.count = count
    self.offset = offset
    self.stride = stride
  }

  /// The same rows from a later column on.
  package func columns(from column: Int) -> FloatRows {
    unsafe FloatRows(base: base, count: count, offset: offset + column, stride: stride)
  }

  /// The rows from a later position on.
  package func rows(from position: Int) -> FloatRows {
    unsafe FloatRows(
      base: base, count: count, offset: offset + position * stride, stride: stride)
  }

  // SAFETY: to be used after `check` only.
  var start: UnsafeMutablePointer<Float> { unsafe base + offset }

  /// Traps unless `positions` rows of `width` floats lie in the buffer.
  func check(positions: Int, width: Int) {
    precondition(positions >= 0 && width >= 0, "counts cannot be negative")
    precondition(offset >= 0 && (positions <= 1 || width <= stride), "rows overlap")
    precondition(
      positions == 0 || offset + (positions - 1) * stride + width <= count,
      "rows reach beyond their buffer")
  }
}

extension FloatBuffer {
  /// A view of the buffer as rows.
  package func rows(stride: Int, from offset: Int = 0) -> FloatRows {
    unsafe FloatRows(base: base, count: count, offset: offset, stride: stride)
  }
}

extension FloatRows {
  /// Lends part of the first row.
  package func withSpan<Result, E: Error>(
    columns: Range<Int>, _ body: (Span<Float>) throws(E) -> Result
  ) throws(E) -> Result {
    precondition(columns.lowerBound >= 0)
    check(positions: 1, width: columns.upperBound)
    // SAFETY: the row lies in the buffer, which outlives the call.
    let values = unsafe UnsafeBufferPointer(
      start: start + columns.lowerBound, count: columns.count)
    return try unsafe body(values.span)
  }

  /// The first NaN or infinity of some columns of the first row; nil if there is none.
  package func firstNonFinite(in columns: Range<Int>) -> Int? {
    withSpan(columns: columns) { $0.firstNonFinite }.map { columns.lowerBound + $0 }
  }
}
