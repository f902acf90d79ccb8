import DecodingCore
import TestSupport

/// A drafter that knows the verifier and is right as often as it is told to be.
struct FakeDrafter: DrafterModel {
  var verifier: FakeVerifier
  /// The chance that a drafted byte is the one the verifier will decide.
  var accuracy = 1.0
  /// Bytes of a token, drawn from this range; may be 0.
  var tokenBytes = 1...4
  /// The chance that it has nothing to propose.
  var silence = 0.0
  var seed: UInt64 = 1
  /// Seconds to draft a token.
  var tokenCost = 0.0

  func makeSession() -> FakeDrafterSession { FakeDrafterSession(model: self) }
}

struct FakeDrafterSession: DrafterSession {
  let model: FakeDrafter
  private var generator: SeededGenerator
  private var state: UInt64
  private var draftState: UInt64

  init(model: FakeDrafter) {
    self.model = model
    generator = SeededGenerator(seed: model.seed)
    state = model.verifier.seed
    draftState = state
  }

  mutating func observe(_ bytes: ArraySlice<UInt8>) {
    for byte in bytes { state = model.verifier.state(state, after: byte) }
    draftState = state
  }

  mutating func catchUp() throws(DecodingError) {}

  mutating func extend(
    _ draft: inout Draft, sampler: inout ByteSampler
  ) throws(DecodingError) -> Bool {
    model.verifier.clock.advance(by: model.tokenCost)
    guard Double.random(in: 0..<1, using: &generator) >= model.silence else { return false }
    for _ in 0..<Int.random(in: model.tokenBytes, using: &generator) {
      let right = sampler.byte(
        from: model.verifier.logits(after: draftState), at: draft.nextPosition)
      let isRight = Double.random(in: 0..<1, using: &generator) < model.accuracy
      let byte = isRight ? right : right &+ UInt8.random(in: 1...255, using: &generator)
      draft.append(byte, probability: Float(model.accuracy))
      draftState = model.verifier.state(draftState, after: byte)
    }
    draft.endToken()
    return true
  }
}
