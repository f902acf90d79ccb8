import Kernels
import Mamba

/// The drafter after a number of drafted tokens: what it returns to when the next is rejected.
struct DraftLevel {
  /// The recurrent state there.
  var state: MambaState
  /// Logits of the next token, of the sorted positions in `range` only.
  let logits: FloatRows
  /// Which logits are valid.
  var range: Range<Int> = 0..<0

  init(_ configuration: MambaConfiguration) {
    state = MambaState(configuration)
    let count = paddedCount(configuration.vocabularySize)
    logits = FloatBuffer(count: count).rows(stride: count)
  }
}
