/// What the parts of a round are taken to cost where the length of a draft may not depend on the
/// clock, in plain passes.
///
/// Under a rule whose output depends on what was drafted, measured costs would let the output
/// depend on the machine and its load. These are near what was measured with the bundled pair on
/// two cores: 0.60 ms a plain pass, 2.36 a window of 16, 0.11 a token (Experiments/RESULTS.md).
struct DraftingCostTable {
  /// Taking in the bytes of a round.
  let catchUp = 0.2

  /// Drafting a token.
  let token = 0.2

  /// Each byte of a window after the first.
  let windowByte = 0.2

  /// What a round of one pass over a window cost.
  func round(window: Int) -> DecodingTiming {
    var parts = DecodingTiming()
    parts.verify = 1 + windowByte * Double(window - 1)
    return parts
  }
}
