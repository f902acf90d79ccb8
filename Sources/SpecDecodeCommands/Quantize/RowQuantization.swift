/// Eight-bit integers with one scale a row.
package enum RowQuantization {
  /// The scale of a row: its largest magnitude over 127, in f32.
  ///
  /// 0 for a row of zeros, and for one so small that the scale underflows.
  package static func scale(of row: ArraySlice<Float>) -> Float {
    row.reduce(0) { max($0, $1.magnitude) } / 127
  }

  /// Whether readers take a scale: 128 times it, the magnitude of an int8 number's far end, must be
  /// finite. That of a row is not when a weight exceeds 127/128 of the largest float.
  package static func isReadable(scale: Float) -> Bool {
    (scale * 128).isFinite
  }

  /// Each weight over the scale, rounded to the nearest integer, to the even one of two, and
  /// clamped to -127...127.
  ///
  /// - Parameter scale: as `scale(of:)` gave; with 0 all are 0.
  package static func quantized(_ row: ArraySlice<Float>, scale: Float) -> [Int8] {
    guard scale > 0 else { return [Int8](repeating: 0, count: row.count) }
    return row.map { weight in
      Int8(min(max((weight / scale).rounded(.toNearestOrEven), -127), 127))
    }
  }

  /// Whether a tensor is one of those that are quantised: the matrices of projections and
  /// embeddings, which hold nearly all weights.
  package static func applies(to name: String, shape: [Int]) -> Bool {
    let matrices = [
      "in_proj.weight", "x_proj.weight", "dt_proj.weight", "out_proj.weight",
      "embeddings.weight", "embedding.weight", "lm_head.weight",
    ]
    return shape.count == 2 && matrices.contains { name == $0 || name.hasSuffix(".\($0)") }
  }
}
