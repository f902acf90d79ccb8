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
  ///   - shared: where members may quantise together; nobody still reads what was there.
  ///   - next: the matrix that this member reads next, which is fetched meanwhile.
  package func project(
    _ matrix: PackedMatrix, _ x: FloatRows, positions: Int, into y: FloatRows,
    panels: Range<Int>? = nil, accumulating: Bool = false, sharing shared: SharedActivations? = nil,
    next: PackedMatrix? = nil
  ) {
    let activations = unsafe quantize(x, positions: positions, for: matrix, sharing: shared)
    unsafe project(
      matrix, x, activations, positions: positions, into: y, panels: panels,
      accumulating: accumulating, next: next)
  }

  /// The products of two matrices with the same x, which is quantised once if both want it alike.
  package func project(
    _ first: PackedMatrix, into firstRows: FloatRows, _ second: PackedMatrix,
    into secondRows: FloatRows, _ x: FloatRows, positions: Int,
    sharing shared: SharedActivations? = nil, next: PackedMatrix? = nil
  ) {
    precondition(shared == nil || first.quantizesLike(second))
    var activations = unsafe quantize(x, positions: positions, for: first, sharing: shared)
    unsafe project(
      first, x, activations, positions: positions, into: firstRows, next: second)
    if !first.quantizesLike(second) {
      unsafe activations = quantize(x, positions: positions, for: second, sharing: nil)
    }
    unsafe project(
      second, x, activations, positions: positions, into: secondRows, next: next)
  }

  /// The positions that this member quantises where members may do it together: its share of many
  /// positions if there are many members, before a barrier, or else all.
  package func positionsToQuantize(_ positions: Int, for matrix: PackedMatrix) -> Range<Int> {
    let isShared =
      count >= 4 && positions >= 8 && matrix.type == .int8 && matrix.activations == .bits8
    return isShared ? share(of: 0..<positions) : 0..<positions
  }

  /// Every member quantises all of x for itself, which takes less time than a barrier; or its share.
  private func quantize(
    _ x: FloatRows, positions: Int, for matrix: PackedMatrix, sharing shared: SharedActivations?
  ) -> (ck_quantized, low: ck_quantized) {
    x.check(positions: positions, width: matrix.columns)
    guard matrix.type == .int8 else { return unsafe (ck_quantized(), ck_quantized()) }
    let own = positionsToQuantize(positions, for: matrix)
    if let shared, own.count < positions {
      unsafe shared.quantize(x, columns: matrix.columns, positions: own, kernels)
      log(.quantizing)
      barrier()
      return unsafe (
        shared.memory(columns: matrix.columns, positions: positions, kernels), ck_quantized()
      )
    }
    defer { log(.quantizing) }
    switch matrix.activations {
    case .bits8:
      return unsafe (
        quantized.quantize(x, columns: matrix.columns, positions: positions, kernels),
        ck_quantized()
      )
    case .bits15:
      return unsafe quantized.quantize15(
        x, columns: matrix.columns, positions: positions, kernels)
    }
  }

  private func project(
    _ matrix: PackedMatrix, _ x: FloatRows, _ activations: (ck_quantized, low: ck_quantized),
    positions: Int, into y: FloatRows, panels: Range<Int>? = nil, accumulating: Bool = false,
    next: PackedMatrix?
  ) {
    let panels = panels ?? 0..<matrix.panelCount
    precondition(panels.lowerBound >= 0 && panels.upperBound <= matrix.panelCount)
    y.check(positions: positions, width: panels.upperBound * laneCount)
    let share = share(of: panels)
    guard !share.isEmpty else { return }
    defer { log(.products) }
    let ahead = unsafe ahead(next)
    let accumulate: Int32 = accumulating ? 1 : 0
    guard matrix.type == .int8 else {
      unsafe matrix.withMatrix {
        unsafe kernels.pointee.project(
          $0, ck_range(share), x.input, positions, y.output, accumulate, ahead)
      }
      return
    }
    // Of 15 bits, the product of the low halves is added to that of the high ones.
    let isWide = matrix.activations == .bits15
    unsafe matrix.withMatrix {
      unsafe kernels.pointee.project_int8(
        $0, ck_range(share), activations.0, positions, y.output, accumulate,
        isWide ? self.ahead(matrix) : ahead)
    }
    guard isWide else { return }
    unsafe matrix.withMatrix(hasBias: false) {
      unsafe kernels.pointee.project_int8(
        $0, ck_range(share), activations.low, positions, y.output, 1, ahead)
    }
  }

  /// This member's share of a matrix.
  func ahead(_ matrix: PackedMatrix?) -> ck_ahead {
    guard let matrix else { return unsafe ck_ahead(data: nil, size: 0) }
    return unsafe matrix.memory(ofPanels: share(of: 0..<matrix.panelCount))
  }
}
