import DecodingCore
import TestSupport

/// A verifier whose logits are a pure function of the bytes that it has consumed.
struct FakeVerifier: VerifierModel {
  var seed: UInt64 = 1
  var windowLimit = 33
  /// How many bytes have a chance; the fewer, the more often a guess is right.
  var alphabetSize = 256
  /// After this many consumed bytes the logits are not numbers.
  var failsAfter = Int.max
  /// Whether the logits after a byte that it would never write are not numbers.
  var isPoisoned = false
  /// Advanced by the cost of each pass.
  var clock = ManualClock()
  /// Seconds of a pass: fixed, and for each byte of the window.
  var costs = (pass: 1.0, byte: 0.0)
  /// Seconds that a window of more than one byte costs besides.
  var stepCost = 0.0

  /// Tells when the last copy of the model and of its sessions is gone.
  var lifetime: Lifetime?

  func makeSession() -> FakeVerifierSession { FakeVerifierSession(model: self) }

  /// The logits after consumed bytes that hash to `state`.
  func logits(after state: UInt64) -> [Float] {
    var generator = SeededGenerator(seed: state)
    var logits = [Float](repeating: -50, count: 256)
    for byte in 0..<alphabetSize { logits[byte] = Float.random(in: -4...4, using: &generator) }
    return logits
  }

  /// The hash after one more byte.
  func state(_ state: UInt64, after byte: UInt8) -> UInt64 {
    var generator = SeededGenerator(seed: state &+ UInt64(byte) &* 0x1234_5678_9ABC_DEF1)
    return generator.next()
  }
}

/// Ends a stream when its last reference goes away.
final class Lifetime: Sendable {
  private let ending: AsyncStream<Void>.Continuation

  init(_ ending: AsyncStream<Void>.Continuation) {
    self.ending = ending
  }

  deinit {
    ending.finish()
  }
}

struct FakeVerifierSession: VerifierSession {
  let model: FakeVerifier
  var windowLimit: Int { model.windowLimit }

  private var state: UInt64
  private var consumedCount = 0
  /// The hash before the last window and after each of its bytes; empty once it is settled.
  private var windowStates: [UInt64] = []
  private var window: [UInt8] = []

  init(model: FakeVerifier) {
    self.model = model
    state = model.seed
  }

  mutating func consume(_ bytes: ArraySlice<UInt8>) throws(DecodingError) {
    windowStates = []
    for byte in bytes { state = model.state(state, after: byte) }
    consumedCount += bytes.count
    model.clock.advance(by: model.costs.byte * Double(bytes.count))
  }

  mutating func verify(_ window: [UInt8]) throws(DecodingError) {
    precondition((1...windowLimit).contains(window.count), "a window of 1 to windowLimit bytes")
    windowStates = [state]
    self.window = window
    for byte in window { windowStates.append(model.state(windowStates.last ?? 0, after: byte)) }
    state = windowStates.last ?? state
    consumedCount += window.count
    let step = window.count > 1 ? model.stepCost : 0
    model.clock.advance(by: model.costs.pass + model.costs.byte * Double(window.count) + step)
    if consumedCount > model.failsAfter { throw .nonFiniteLogit(model: "verifier", index: 7) }
  }

  func copyLogits(after index: Int, into logits: inout [Float]) throws(DecodingError) {
    if model.isPoisoned, window[index] >= model.alphabetSize {
      throw .nonFiniteLogit(model: "verifier", index: 0)
    }
    logits = model.logits(after: windowStates[index + 1])
  }

  mutating func rollBack(toFirst count: Int) {
    precondition(!windowStates.isEmpty, "rolled back twice, or without a window")
    consumedCount -= windowStates.count - 1 - count
    state = windowStates[count]
    windowStates = []
  }
}

/// A state is the hash of what was consumed.
extension FakeVerifier: RestorableVerifier {
  func fingerprint() throws(SavedStateError) -> [UInt8] {
    (0..<32).map { UInt8(truncatingIfNeeded: seed >> UInt64($0 % 8 * 8)) }
  }
}

extension FakeVerifierSession: RestorableSession {
  func savedState() -> [UInt8] {
    (0..<8).map { UInt8(truncatingIfNeeded: state >> UInt64($0 * 8)) }
  }

  mutating func restore(_ state: [UInt8]) throws(SavedStateError) {
    guard state.count == 8 else {
      throw .invalidField(name: "verifier state", value: "\(state.count)", expected: "8")
    }
    self.state = state.reversed().reduce(0) { $0 << 8 | UInt64($1) }
  }
}
