internal import CKernels

extension TeamMember {
  /// y[t][row] = sum over k of w[row][k] x[t][k], plus the bias if the matrix has one.
  ///
  /// With weights of 8 bits x is quantised to as many bits as `matrix.activations` says, each
  /// position by its largest magnitude, and the sum is exact in integers: the same on every path
  /// and in any order. Of 15 bits the high halves are summed by themselves, then the low ones, and
  /// y is ((y or 0) + (high + bias)) + low in f32.
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
    switch (matrix.type, matrix.activations) {
    case (.int8, .bits8):
      projectInt8(matrix, x, positions: positions, into: y, share, accumulating)
    case (.int8, .bits15):
      projectInt8By15(matrix, x, positions: positions, into: y, share, accumulating)
    default:
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

  /// The product of the high halves, to which that of the low ones is added.
  private func projectInt8By15(
    _ matrix: PackedMatrix, _ x: FloatRows, positions: Int, into y: FloatRows,
    _ share: Range<Int>, _ accumulating: Bool
  ) {
    let (high, low) = unsafe quantized.quantize15(
      x, columns: matrix.columns, positions: positions, kernels)
    unsafe matrix.withMatrix {
      unsafe kernels.pointee.project_int8(
        $0, ck_range(share), high, positions, y.output, accumulating ? 1 : 0)
    }
    unsafe matrix.withMatrix(hasBias: false) {
      unsafe kernels.pointee.project_int8($0, ck_range(share), low, positions, y.output, 1)
    }
  }
}
