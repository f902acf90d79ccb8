import DecodingCore
import SpeculativeDecoding
import Synchronization

/// What the parts of a round take, in milliseconds: the bundled pair on two undisturbed cores of an
/// AMD EPYC (Zen 4).
struct ModelledCosts {
  private static let passes: [(window: Double, milliseconds: Double)] = [
    (1, 0.45), (4, 0.76), (8, 1.10), (16, 2.12),
  ]

  /// Drafting a token.
  let token = 0.25
  /// Taking in what a round decided.
  let catchUp = 0.04
  /// Each byte that was decided while nothing was drafted.
  let laggingByte = 0.025

  /// A pass of the verifier; linear between those measured, and after the last.
  func pass(window: Int) -> Double {
    let window = Double(window)
    let upper = Self.passes.dropFirst().first { $0.window >= window } ?? Self.passes[3]
    let lower = Self.passes.last { $0.window < upper.window } ?? Self.passes[0]
    let slope = (upper.milliseconds - lower.milliseconds) / (upper.window - lower.window)
    return lower.milliseconds + slope * (window - lower.window)
  }
}

/// A clock that only modelled costs move.
final class ModelledClock: Sendable {
  private let time = Mutex(0.0)

  var seconds: Double { time.withLock { $0 } }

  var decodingClock: DecodingClock { DecodingClock { [self] in seconds } }

  func advance(by seconds: Double) { time.withLock { $0 += seconds } }
}

/// A verifier that takes as long as modelled.
struct ModelledVerifier<Session: VerifierSession>: VerifierSession {
  var session: Session
  let costs: ModelledCosts
  let clock: ModelledClock

  var windowLimit: Int { session.windowLimit }

  mutating func consume(_ bytes: ArraySlice<UInt8>) throws(DecodingError) {
    try session.consume(bytes)
  }

  mutating func verify(_ window: [UInt8]) throws(DecodingError) {
    clock.advance(by: costs.pass(window: window.count))
    try session.verify(window)
  }

  mutating func step(_ byte: UInt8) throws(DecodingError) {
    clock.advance(by: costs.pass(window: 1))
    try session.step(byte)
  }

  func copyLogits(after index: Int, into logits: inout [Float]) throws(DecodingError) {
    try session.copyLogits(after: index, into: &logits)
  }

  mutating func rollBack(toFirst count: Int) {
    session.rollBack(toFirst: count)
  }
}

/// A drafter that takes as long as modelled.
struct ModelledDrafter<Session: DrafterSession>: DrafterSession {
  var session: Session
  let costs: ModelledCosts
  let clock: ModelledClock
  private var lag = 0

  init(session: Session, costs: ModelledCosts, clock: ModelledClock) {
    self.session = session
    self.costs = costs
    self.clock = clock
  }

  mutating func observe(_ bytes: ArraySlice<UInt8>) {
    lag += bytes.count
    session.observe(bytes)
  }

  mutating func catchUp() throws(DecodingError) {
    let lagging = lag > 16 ? Double(lag) * costs.laggingByte : 0
    clock.advance(by: costs.catchUp + lagging)
    lag = 0
    try session.catchUp()
  }

  mutating func extend(
    _ draft: inout Draft, sampler: inout ByteSampler
  ) throws(DecodingError) -> Bool {
    clock.advance(by: costs.token)
    return try session.extend(&draft, sampler: &sampler)
  }
}
