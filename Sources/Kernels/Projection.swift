internal import CKernels

extension TeamMember {
  /// y[t][row] = sum over k of w[row][k] x[t][k], plus the bias if the matrix has one.
  ///
  /// With weights of 8 bits x is quantised to 8 bits too, each position by its largest magnitude,
  /// and the sum is exact in integers: the same on every path and in any order.
  ///
  /// - Parameters:
  ///   - matrix: the weights.
  ///   - x: `positions` rows of `matrix.columns` floats.
  ///   - y: `positions` rows of at least as many floats as the padded rows of the matrix.
  ///   - panels: which panels of 16 rows to compute; all by default.
  ///   - accumulating: whether to add to y rather than to replace it.
  package func project(
    _ matrix: PackedMatrix, _ x: FloatRows, positions: Int, into y: FloatRows,
    panels: Range<Int>? = nil, accumulating: Bool = false
  ) {
    let panels = panels ?? 0..<matrix.panelCount
    precondition(panels.lowerBound >= 0 && panels.upperBound <= matrix.panelCount)
    x.check(positions: positions, width: matrix.columns)
    y.check(positions: positions, width: panels.upperBound * laneCount)
    let share = share(of: panels)
    guard !share.isEmpty else { return }
    if matrix.type == .int8 {
      projectInt8(matrix, x, positions: positions, into: y, share, accumulating)
    } else {
      unsafe matrix.withMatrix {
        unsafe kernels.pointee.project(
          $0, ck_range(share), x.input, positions, y.output, accumulating ? 1 : 0)
      }
    }
  }

  /// Every member quantises all of x for itself: it takes less time than a barrier.
  private func projectInt8(
    _ matrix: PackedMatrix, _ x: FloatRows, positions: Int, into y: FloatRows,
    _ share: Range<Int>, _ accumulating: Bool
  ) {
    let activations = unsafe quantized.quantize(
      x, columns: matrix.columns, positions: positions, kernels)
    unsafe matrix.withMatrix {
      unsafe kernels.pointee.project_int8(
        $0, ck_range(share), activations, positions, y.output, accumulating ? 1 : 0)
    }
  }
}
