extension CheckRecord {
  /// Compares a trace with that of the same text read a byte at a time: logits, then the state.
  func compare(_ trace: VerifierTrace, with reference: VerifierTrace, _ what: String) {
    let difference = trace.firstDifference(to: reference)
    compare(
      difference == nil,
      "\(what): other logits after byte \((difference ?? 0) + 1) than a byte at a time")
    compare(trace.state == reference.state, "\(what): another state than a byte at a time")
  }
}
