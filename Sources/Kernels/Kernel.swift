internal import CKernels

/// Calls into the C kernels that need no team.
enum Kernel {
  // SAFETY: `values` holds `count` floats.
  static func firstNonFinite(_ values: UnsafePointer<Float>, _ count: Int) -> Int {
    unsafe ck_first_nonfinite(values, count)
  }
}

extension FloatRows {
  // SAFETY: the callers have checked the rows that they use.
  var input: ck_rows { unsafe ck_rows(data: buffer.base + offset, stride: stride) }
  var output: ck_rows_out { unsafe ck_rows_out(data: buffer.base + offset, stride: stride) }
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
