import DecodingCore
import SpeculativeDecoding
import Synchronization

/// What the parts of a round take, in milliseconds: the bundled pair on two undisturbed cores of an
/// AMD EPYC (Zen 5, AVX-512 VNNI), as `DecodingSpeed after` and the costs of a `bench` have them.
struct ModelledCosts {
  /// By window, after the drafter; rolling back included.
  private static let passes: [(window: Double, milliseconds: Double)] = [
    (1, 0.36), (2, 0.40), (4, 0.44), (5, 0.52), (8, 0.63), (12, 0.86), (16, 1.16), (32, 2.20),
  ]

  /// A step of the verifier after another.
  let step = 0.33
  /// What each further sequence adds to a pass, whatever its window: a scan of a state of its own. So
  /// that eight samples together take 3.5 times as little as one after another.
  let sequence = 0.018
  /// Drafting a token.
  let token = 0.10
  /// Taking in what a round decided.
  let catchUp = 0.04
  /// Each byte that was decided while nothing was drafted.
  let laggingByte = 0.01

  /// A pass of the verifier after the drafter has computed; linear between those measured.
  func pass(window: Int) -> Double {
    let window = Double(window)
    let last = Self.passes.count - 1
    let upper = Self.passes.dropFirst().first { $0.window >= window } ?? Self.passes[last]
    let lower = Self.passes.last { $0.window < upper.window } ?? Self.passes[0]
    let slope = (upper.milliseconds - lower.milliseconds) / (upper.window - lower.window)
    return lower.milliseconds + slope * (window - lower.window)
  }
}

/// A clock that only modelled costs move.
final class ModelledClock: Sendable {
  private let state = Mutex((seconds: 0.0, isDrafterLast: false))

  var seconds: Double { state.withLock { $0.seconds } }

  var decodingClock: DecodingClock { DecodingClock { [self] in seconds } }

  func draft(for seconds: Double) { state.withLock { $0 = ($0.seconds + seconds, true) } }

  func verify(_ positions: Int, sequences: Int = 1, _ costs: ModelledCosts) {
    state.withLock {
      let isStep = positions == 1 && !$0.isDrafterLast
      let pass = isStep ? costs.step : costs.pass(window: positions)
      $0 = ($0.seconds + pass + Double(sequences - 1) * costs.sequence, false)
    }
  }
}

/// A verifier that takes as long as modelled.
final class ModelledVerifier<Session: SharingSession>: SharingSession {
  private var session: Session
  let costs: ModelledCosts
  let clock: ModelledClock

  init(session: Session, costs: ModelledCosts, clock: ModelledClock) {
    self.session = session
    self.costs = costs
    self.clock = clock
  }

  static func run(_ windows: [SharedWindow<ModelledVerifier>]) throws(DecodingError) {
    guard let first = windows.first?.session else { return }
    let positions = windows.reduce(0) { $0 + $1.bytes.count }
    first.clock.verify(positions, sequences: windows.count, first.costs)
    try Session.run(
      windows.map { SharedWindow($0.session.session, $0.bytes, isStep: $0.isStep) })
  }

  var windowLimit: Int { session.windowLimit }
  var passCosts: [Double] { session.passCosts }

  func consume(_ bytes: ArraySlice<UInt8>) throws(DecodingError) {
    try session.consume(bytes)
  }

  func verify(_ window: [UInt8]) throws(DecodingError) {
    clock.verify(window.count, costs)
    try session.verify(window)
  }

  func step(_ byte: UInt8) throws(DecodingError) {
    clock.verify(1, costs)
    try session.step(byte)
  }

  func copyLogits(after index: Int, into logits: inout [Float]) throws(DecodingError) {
    try session.copyLogits(after: index, into: &logits)
  }

  func rollBack(toFirst count: Int) {
    session.rollBack(toFirst: count)
  }
}

/// A drafter that takes as long as modelled.
struct ModelledDrafter<Session: DrafterSession>: DrafterSession {
  var session: Session
  let costs: ModelledCosts
  let clock: ModelledClock
  private var lag = 0
  /// The prompt is taken in for nothing.
  private var hasDrafted = false

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
    if hasDrafted { clock.draft(for: costs.catchUp + lagging) }
    lag = 0
    try session.catchUp()
  }

  mutating func extend(
    _ draft: inout Draft, sampler: inout ByteSampler
  ) throws(DecodingError) -> Bool {
    hasDrafted = true
    clock.draft(for: costs.token)
    return try session.extend(&draft, sampler: &sampler)
  }
}
