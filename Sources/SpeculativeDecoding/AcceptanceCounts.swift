/// What a rule of acceptance counts besides what every rule has; all 0 under `exact`.
public struct AcceptanceCounts: Sendable, Equatable, Codable {
  /// Under `topBeta`: drafted bytes that stand though the verifier would have written another after
  /// the same bytes.
  public package(set) var toleratedBytes = 0

  /// Under `topBeta` with `Resync.boundary`: bytes that the verifier wrote alone after the one that
  /// replaced a rejected byte.
  public package(set) var resyncBytes = 0

  /// Under `rejection`: the sum over tested bytes of their chance to stand before they were drawn,
  /// which is the sum over all bytes of min(p, q).
  public package(set) var overlap = 0.0

  package init() {}
}
