/// The speedup that follows from how often drafted bytes are accepted and what the parts of a round cost:
///
///     speedup = B s / (D + V + R)
///
/// B are the bytes that a round is expected to emit, s is the time of a byte of plain decoding, D,
/// V and R are the times of a round's drafting, verification and rollback. Sampling and
/// bookkeeping, which both ways of decoding have, are left out.
package struct SpeedupPrediction: Sendable, Equatable, Encodable {
  /// Bytes that a round is expected to emit: the verifier's own, and the accepted ones.
  package let bytesPerRound: Double
  /// Seconds of a byte of plain decoding.
  package let stepSeconds: Double
  /// Seconds of a round for drafting, and for the drafter's taking in of the round before.
  package let draftSeconds: Double
  /// Seconds of a round for the verifier's pass.
  package let verifySeconds: Double
  /// Seconds of a round for rolling back, which a round whose whole draft is accepted does not need.
  package let rollBackSeconds: Double

  /// Predicts from the three things that decide.
  package init(acceptance: AcceptanceCurve, costs: RoundCostModel, shape: DraftShape) {
    let bytes = 1 + shape.mean { acceptance.standing($0.bytes) }
    bytesPerRound = bytes
    stepSeconds = costs.step
    draftSeconds = shape.mean {
      $0.tokens > 0 ? costs.drafting(tokens: $0.tokens) + costs.catchingUp(bytes: bytes) : 0
    }
    verifySeconds = shape.mean { costs.verifying(draftBytes: $0.bytes) }
    rollBackSeconds = shape.mean {
      (1 - acceptance.survival($0.bytes)) * costs.rollingBack(draftBytes: $0.bytes)
    }
  }

  /// Seconds of a round.
  package var roundSeconds: Double { draftSeconds + verifySeconds + rollBackSeconds }

  /// Plain decoding's time over the predicted one, for the same bytes.
  package var speedup: Double { bytesPerRound * stepSeconds / roundSeconds }

  private enum CodingKeys: String, CodingKey {
    case speedup, bytesPerRound, stepSeconds, draftSeconds, verifySeconds, rollBackSeconds
  }

  /// Writes the parts and the result.
  package func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(speedup, forKey: .speedup)
    try container.encode(bytesPerRound, forKey: .bytesPerRound)
    try container.encode(stepSeconds, forKey: .stepSeconds)
    try container.encode(draftSeconds, forKey: .draftSeconds)
    try container.encode(verifySeconds, forKey: .verifySeconds)
    try container.encode(rollBackSeconds, forKey: .rollBackSeconds)
  }
}
