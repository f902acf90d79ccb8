/// Rows in a buffer, one a position: row t starts at `offset + t * stride`.
package struct FloatRows: Sendable {
  /// What the rows lie in.
  package let buffer: FloatBuffer

  /// Where the first row starts.
  package let offset: Int

  /// From one row to the next.
  package let stride: Int

  /// The same rows from a later column on.
  package func columns(from column: Int) -> FloatRows {
    FloatRows(buffer: buffer, offset: offset + column, stride: stride)
  }

  /// The rows from a later position on.
  package func rows(from position: Int) -> FloatRows {
    FloatRows(buffer: buffer, offset: offset + position * stride, stride: stride)
  }

  /// Traps unless `positions` rows of `width` floats lie in the buffer.
  func check(positions: Int, width: Int) {
    precondition(positions >= 0 && width >= 0, "counts cannot be negative")
    precondition(offset >= 0 && (positions <= 1 || width <= stride), "rows overlap")
    precondition(
      positions == 0 || offset + (positions - 1) * stride + width <= buffer.count,
      "rows reach beyond their buffer")
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
      start: buffer.base + offset + columns.lowerBound, count: columns.count)
    return try unsafe body(values.span)
  }
}
