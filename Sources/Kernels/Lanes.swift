internal import CKernels

extension FloatRows {
  // SAFETY: the callers have checked the rows that they use.
  var input: ck_rows { unsafe ck_rows(data: start, stride: stride) }
  var output: ck_rows_out { unsafe ck_rows_out(data: start, stride: stride) }

  /// Where some blocks of the first row lie, of `size` floats each.
  func memory(ofBlocks range: Range<Int>, size: Int) -> ck_ahead {
    unsafe ck_ahead(
      start + range.lowerBound * size,
      byteCount: range.count * size * MemoryLayout<Float>.stride)
  }
}

extension ck_ahead {
  // SAFETY: to be prefetched from only, which no address makes fail.
  init(_ start: UnsafeRawPointer, byteCount: Int) {
    unsafe self.init(data: start.assumingMemoryBound(to: CChar.self), size: byteCount)
  }
}

extension ck_range {
  init(_ range: Range<Int>) {
    self.init(begin: range.lowerBound, end: range.upperBound)
  }
}

/// Blocks, panels and vectors hold this many lanes.
package let laneCount = 16

/// A count of channels or rows, rounded up to whole blocks of lanes.
package func paddedCount(_ count: Int) -> Int {
  (count + laneCount - 1) / laneCount * laneCount
}
