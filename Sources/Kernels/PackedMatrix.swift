internal import CKernels

/// How a matrix's weights are stored in memory.
package enum WeightType: String, Sendable, CaseIterable {
  case float32, bfloat16, float16, int8

  /// Bytes of one weight.
  package var byteCount: Int { ck_type_size(code) }

  var code: ck_type {
    switch self {
    case .float32: CK_F32
    case .bfloat16: CK_BF16
    case .float16: CK_F16
    case .int8: CK_I8
    }
  }
}

/// An immutable matrix of weights in panels of 16 rows, [rows / 16][columns][16]: the layout that
/// gives the same bits for any number of positions (a lane is a row, so no sum runs across lanes).
/// Weights of 8 bits stand four columns at a time, [rows / 16][columns / 4][16][4].
@safe
package final class PackedMatrix: @unchecked Sendable {
  /// Rows, without the padding of the last panel.
  package let rows: Int

  /// Columns.
  package let columns: Int

  /// How the weights are stored.
  package let type: WeightType

  /// For `.int8`: how the activations are quantised.
  package let activations: ActivationWidth

  // SAFETY: `panelCount` panels of `panelByteCount` bytes within `block`, written in `init` only.
  private let panels: UnsafeMutableRawPointer
  private let block: WeightMemory.Block
  private let scales: FloatBuffer?
  private let bias: FloatBuffer?
  // SAFETY: for `.int8`, the sum of each padded row's integers; written in `init` only, freed in
  // `deinit`. Not an array, whose use would count references in memory that all members hold.
  private let rowSums: UnsafeMutablePointer<Int32>?

  /// The most columns of an `.int8` matrix: its sums of products fit 32 bits.
  package static let int8ColumnLimit = 1 << 16

  /// Panels of 16 rows.
  package var panelCount: Int { paddedCount(rows) / laneCount }

  /// Memory that the weights, scales and bias take.
  package var byteCount: Int {
    panelByteCount * panelCount
      + ((scales?.count ?? 0) * 2 + (bias?.count ?? 0)) * 4
  }

  private var panelByteCount: Int { ck_panel_size(type.code, columns) }

  /// Packs rows as `readRows` gives them, 16 at a time.
  ///
  /// - Parameters:
  ///   - scales: for `.int8`, what each row is multiplied by.
  ///   - activations: for `.int8`, how the activations are quantised.
  ///   - bias: one a row, added to each product.
  ///   - memory: where the panels go; that of a model for all its matrices.
  ///   - readRows: replaces the buffer's contents by the bytes of a range of rows, row by row.
  /// - Throws: what `readRows` throws.
  package init<E: Error>(
    rows: Int, columns: Int, type: WeightType, scales: [Float]? = nil,
    activations: ActivationWidth = .bits8, bias: [Float]? = nil,
    memory: WeightMemory = WeightMemory(),
    readRows: (Range<Int>, inout [UInt8]) throws(E) -> Void
  ) throws(E) {
    precondition(rows > 0 && columns > 0)
    precondition((scales != nil) == (type == .int8) && (scales?.count ?? rows) == rows)
    precondition((bias?.count ?? rows) == rows)
    precondition(type == .int8 || activations == .bits8)
    precondition(type != .int8 || columns <= Self.int8ColumnLimit)
    self.rows = rows
    self.columns = columns
    self.type = type
    self.activations = activations
    self.scales = scales.map { FloatBuffer($0, count: paddedCount(rows)) }
    self.bias = bias.map { FloatBuffer($0, count: paddedCount(rows)) }
    let byteCount = paddedCount(rows) / laneCount * ck_panel_size(type.code, columns)
    let (block, offset) = memory.reserve(byteCount)
    self.block = block
    unsafe panels = block.base + offset
    unsafe rowSums = type == .int8 ? .allocate(capacity: paddedCount(rows)) : nil
    var bytes: [UInt8] = []
    for panel in 0..<panelCount {
      let range = panel * laneCount..<min((panel + 1) * laneCount, rows)
      try readRows(range, &bytes)
      pack(bytes, rowCount: range.count, into: panel)
    }
  }

  deinit {
    unsafe rowSums?.deallocate()
  }

  private func pack(_ bytes: [UInt8], rowCount: Int, into panel: Int) {
    precondition(bytes.count == rowCount * columns * type.byteCount)
    // SAFETY: the source has `rowCount` rows, checked above; the panel lies in the allocation.
    unsafe bytes.withUnsafeBytes { source in
      guard let start = source.baseAddress else { return }
      let target = unsafe panels + panel * panelByteCount
      unsafe ck_pack_panel(type.code, start, rowCount, columns, target)
      if let rowSums = unsafe rowSums {
        unsafe ck_sum_rows(
          start.assumingMemoryBound(to: Int8.self), rowCount, columns,
          rowSums + panel * laneCount)
      }
    }
  }

  /// Whether the activations of both products are the same in memory.
  func quantizesLike(_ other: PackedMatrix) -> Bool {
    type == other.type && columns == other.columns && activations == other.activations
  }

  /// One row as f32, times its scale: the embedding of a token.
  package func unpackRow(_ row: Int, into destination: FloatRows) {
    precondition(row >= 0 && row < rows)
    destination.check(positions: 1, width: columns)
    unsafe withMatrix { unsafe ck_unpack_row($0, row, destination.output.data) }
  }

  /// Where some panels lie.
  func memory(ofPanels range: Range<Int>) -> ck_ahead {
    unsafe ck_ahead(
      panels + range.lowerBound * panelByteCount, byteCount: range.count * panelByteCount)
  }

  // SAFETY: the pointers live as long as `body` runs, because `self` does.
  func withMatrix(hasBias: Bool = true, _ body: (UnsafePointer<ck_matrix>) -> Void) {
    var matrix = unsafe ck_matrix(
      type: type.code, panels: panels, columns: columns, scales: scales?.base,
      row_sums: rowSums, bias: hasBias ? bias?.base : nil)
    withExtendedLifetime(self) { unsafe body(&matrix) }
  }
}
