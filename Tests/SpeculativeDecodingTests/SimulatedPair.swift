import DecodingCore
import SpeculativeDecoding
import Synchronization
import TestSupport

/// A pair of models that are nothing but costs and chances, on a clock that only they move.
struct SimulatedPair {
  /// Seconds of a pass by the length of its window, from 1 on.
  var pass: @Sendable (Int) -> Double = { 0.4 + 0.06 * Double($0 - 1) }
  var catchUp = (round: 0.02, byte: 0.01)
  var token = (first: 0.005, further: 0.08)
  /// The chance that a token stands, by output position; the first half of its bytes stand always.
  var acceptance: @Sendable (UInt64) -> Double = { _ in 0 }
  /// What the drafter says of each byte.
  var claim: Float = 0.5
  var tokenBytes = 4
  /// What the verifier says that its passes cost.
  var passCosts: [Double] = []
  /// Whether the drafter never has anything to propose.
  var isSilent = false
  /// Whether the clock reads up to 10 % more than was spent, and ten times as much now and then.
  var isDisturbed = false
  var seed: UInt64 = 1

  /// Undisturbed seconds of decoding so many bytes, by one or by several in turn which draft together
  /// or not at all, and what the first did.
  func seconds(
    _ length: DraftLength, bytes: Int, companions: Int = 1
  ) throws -> (seconds: Double, telemetry: DecodingTelemetry, mostObserved: Int) {
    let clock = SimulatedClock(pair: self)
    var generations = (0..<companions).map { _ in
      Generation(
        drafter: SimulatedDrafter(pair: self, clock: clock),
        verifier: SimulatedVerifier(pair: self, clock: clock), prompt: [0],
        options: DecodingOptions(maxBytes: bytes, draftLength: length),
        clock: clock.decodingClock)
    }
    for place in generations.indices {
      if place > 0 { generations[place].joinDrafting(of: generations[place - 1]) }
      while try generations[place].prefill(limit: 1) > 0 {}
    }
    clock.restart()
    var goesOn = true
    while goesOn {
      goesOn = false
      for place in generations.indices where try generations[place].nextRound() != nil {
        goesOn = true
      }
    }
    return (clock.spent, generations[0].telemetry, clock.mostObserved)
  }
}

/// Keeps what was spent apart from what it shows.
final class SimulatedClock: Sendable {
  private let state: Mutex<(spent: Double, shown: Double, generator: SeededGenerator)>
  private let isDisturbed: Bool

  init(pair: SimulatedPair) {
    state = Mutex((0, 0, SeededGenerator(seed: pair.seed)))
    isDisturbed = pair.isDisturbed
  }

  /// The most bytes that the drafter was shown at once.
  private let observed = Mutex(0)
  var mostObserved: Int { observed.withLock { $0 } }

  func noteObserved(_ count: Int) {
    observed.withLock { $0 = max($0, count) }
  }

  var spent: Double { state.withLock { $0.spent } }

  var decodingClock: DecodingClock {
    DecodingClock { [self] in state.withLock { $0.shown } }
  }

  func restart() {
    state.withLock { $0.spent = 0 }
  }

  func advance(by seconds: Double) {
    state.withLock {
      $0.spent += seconds
      let chance = Double.random(in: 0..<1, using: &$0.generator)
      let factor = chance < 0.04 ? 10 : 1 + 0.1 * chance
      $0.shown += isDisturbed ? seconds * factor : seconds
    }
  }
}

/// Writes nothing but zeros.
struct SimulatedVerifier: VerifierSession {
  let pair: SimulatedPair
  let clock: SimulatedClock
  let windowLimit = 33
  var passCosts: [Double] { pair.passCosts }

  mutating func consume(_ bytes: ArraySlice<UInt8>) throws(DecodingError) {}

  mutating func verify(_ window: [UInt8]) throws(DecodingError) {
    clock.advance(by: pair.pass(window.count))
  }

  func copyLogits(after index: Int, into logits: inout [Float]) throws(DecodingError) {
    for byte in logits.indices { logits[byte] = byte == 0 ? 1 : 0 }
  }

  mutating func rollBack(toFirst count: Int) {}
}

/// Drafts zeros, and now and then a one.
struct SimulatedDrafter: DrafterSession {
  let pair: SimulatedPair
  let clock: SimulatedClock
  private var lag = 0
  private var generator: SeededGenerator

  init(pair: SimulatedPair, clock: SimulatedClock) {
    self.pair = pair
    self.clock = clock
    generator = SeededGenerator(seed: pair.seed)
  }

  mutating func observe(_ bytes: ArraySlice<UInt8>) {
    lag += bytes.count
    clock.noteObserved(bytes.count)
  }

  mutating func catchUp() throws(DecodingError) {
    // What stands of a round's draft has been taken in while it was drafted.
    let byteSeconds = lag > 40 ? pair.catchUp.byte * Double(lag) : 0
    clock.advance(by: pair.catchUp.round + byteSeconds)
    lag = 0
  }

  mutating func extend(
    _ draft: inout Draft, sampler: inout ByteSampler
  ) throws(DecodingError) -> Bool {
    clock.advance(by: draft.tokenCount == 0 ? pair.token.first : pair.token.further)
    guard !pair.isSilent else { return false }
    let chance = pair.acceptance(draft.nextPosition)
    let stands = Double.random(in: 0..<1, using: &generator) < chance
    for index in 0..<pair.tokenBytes {
      let isRight = stands || (chance > 0 && index < pair.tokenBytes / 2)
      draft.append(isRight ? 0 : 1, probability: pair.claim)
    }
    draft.endToken()
    return true
  }
}
