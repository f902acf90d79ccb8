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
  ///   - next: the matrix that this member reads next, which is fetched meanwhile.
  package func project(
    _ matrix: PackedMatrix, _ x: FloatRows, positions: Int, into y: FloatRows,
    panels: Range<Int>? = nil, accumulating: Bool = false, next: PackedMatrix? = nil
  ) {
    let panels = panels ?? 0..<matrix.panelCount
    precondition(panels.lowerBound >= 0 && panels.upperBound <= matrix.panelCount)
    x.check(positions: positions, width: matrix.columns)
    y.check(positions: positions, width: panels.upperBound * laneCount)
    let share = share(of: panels)
    guard !share.isEmpty else { return }
    let ahead = unsafe ahead(next)
    switch (matrix.type, matrix.activations) {
    case (.int8, .bits8):
      unsafe projectInt8(matrix, x, positions: positions, into: y, share, accumulating, ahead)
    case (.int8, .bits15):
      unsafe projectInt8By15(matrix, x, positions: positions, into: y, share, accumulating, ahead)
    default:
      unsafe matrix.withMatrix {
        unsafe kernels.pointee.project(
          $0, ck_range(share), x.input, positions, y.output, accumulating ? 1 : 0, ahead)
      }
    }
  }

  /// Every member quantises all of x for itself: it takes less time than a barrier.
  private func projectInt8(
    _ matrix: PackedMatrix, _ x: FloatRows, positions: Int, into y: FloatRows,
    _ share: Range<Int>, _ accumulating: Bool, _ ahead: ck_ahead
  ) {
    let activations = unsafe quantized.quantize(
      x, columns: matrix.columns, positions: positions, kernels)
    unsafe matrix.withMatrix {
      unsafe kernels.pointee.project_int8(
        $0, ck_range(share), activations, positions, y.output, accumulating ? 1 : 0, ahead)
    }
  }

  /// The product of the high halves, to which that of the low ones is added.
  private func projectInt8By15(
    _ matrix: PackedMatrix, _ x: FloatRows, positions: Int, into y: FloatRows,
    _ share: Range<Int>, _ accumulating: Bool, _ ahead: ck_ahead
  ) {
    let (high, low) = unsafe quantized.quantize15(
      x, columns: matrix.columns, positions: positions, kernels)
    unsafe matrix.withMatrix {
      unsafe kernels.pointee.project_int8(
        $0, ck_range(share), high, positions, y.output, accumulating ? 1 : 0, self.ahead(matrix))
    }
    unsafe matrix.withMatrix(hasBias: false) {
      unsafe kernels.pointee.project_int8($0, ck_range(share), low, positions, y.output, 1, ahead)
    }
  }

  /// This member's share of a matrix.
  func ahead(_ matrix: PackedMatrix?) -> ck_ahead {
    guard let matrix else { return unsafe ck_ahead(data: nil, size: 0) }
    return unsafe matrix.memory(ofPanels: share(of: 0..<matrix.panelCount))
  }
}
