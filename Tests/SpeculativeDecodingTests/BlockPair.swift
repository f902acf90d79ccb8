import DecodingCore
import SpeculativeDecoding
import TestSupport

/// Where a stream of bytes stands in blocks of three, and what the block holds so far.
struct BlockPlace {
  static let length = 3
  static let alphabet = 3
  /// Blocks and their beginnings, the whole ones left out.
  static let prefixes = 1 + 3 + 9

  /// -1 before the prompt's byte.
  private(set) var count = -1
  private var bytes: [UInt8] = []

  /// Numbers the beginnings of a block: 0 for none, 1 to 3, 4 to 12.
  var prefix: Int { [0, 1, 4][bytes.count] + bytes.reduce(0) { $0 * 3 + Int($1 % 3) } }

  mutating func advance(past byte: UInt8) {
    count += 1
    if count > 0 { bytes.append(byte) }
    if bytes.count == Self.length { bytes = [] }
  }
}

/// A verifier whose distribution depends on the block so far: a long output is many independent
/// blocks of a known joint distribution.
struct BlockVerifier: VerifierModel {
  /// Logits of bytes 0 to 2 by prefix; no other byte has any chance.
  let logits: [[Float]]

  init(seed: UInt64 = 3) {
    var generator = SeededGenerator(seed: seed)
    logits = (0..<BlockPlace.prefixes).map { _ in
      (0..<3).map { _ in Float.random(in: 0...1.2, using: &generator) }
    }
  }

  func makeSession() -> Session { Session(model: self) }

  struct Session: VerifierSession {
    let model: BlockVerifier
    var windowLimit: Int { 9 }
    private var places = [BlockPlace()]

    init(model: BlockVerifier) { self.model = model }

    mutating func consume(_ bytes: ArraySlice<UInt8>) throws(DecodingError) {
      for byte in bytes { try verify([byte]) }
    }

    mutating func verify(_ window: [UInt8]) throws(DecodingError) {
      places = [places[places.count - 1]]
      for byte in window {
        var place = places[places.count - 1]
        place.advance(past: byte)
        places.append(place)
      }
    }

    func copyLogits(after index: Int, into logits: inout [Float]) {
      for byte in logits.indices { logits[byte] = -10_000 }
      for byte in 0..<3 { logits[byte] = model.logits[places[index + 1].prefix][byte] }
    }

    mutating func rollBack(toFirst count: Int) { places.removeLast(places.count - 1 - count) }
  }
}

/// A drafter of such blocks, good or bad, honest or not.
struct BlockDrafter: DrafterModel {
  enum Kind: String, CaseIterable {
    /// Draws from the verifier's distribution.
    case equal
    /// Draws from one like it.
    case near
    /// Draws from one that prefers what the verifier does not.
    case opposite
    /// Draws bytes that the verifier never writes, half of the time.
    case partlyDisjoint
    /// Draws no byte that the verifier ever writes.
    case disjoint
    /// Proposes, and reports no distribution.
    case certain
    /// Chooses between two distributions before each byte, and draws from the chosen.
    case hidden
    /// Proposes one byte and draws the next.
    case mixed
    /// Drops a byte that it had little reason to draw.
    case dropsUnlikely
    /// Drops a byte, and those before it, when what follows it is unsure.
    case dropsUnsure
    /// Reports another distribution than it draws from.
    case lies

    static let honest: [Kind] = [
      .equal, .near, .opposite, .partlyDisjoint, .disjoint, .certain, .hidden, .mixed,
    ]
    static let dishonest: [Kind] = [.dropsUnlikely, .dropsUnsure, .lies]
  }

  let kind: Kind
  let verifier: BlockVerifier
  var tokenBytes = 1...3

  func makeSession() -> Session { Session(model: self) }

  /// The weights of the 256 bytes after a beginning of a block.
  func weights(after prefix: Int, isSecond: Bool = false) -> [Double] {
    var weights = [Double](repeating: 0, count: 256)
    for byte in 0..<3 {
      let logit = Double(verifier.logits[prefix][byte])
      weights[byte] =
        switch kind {
        case .equal: power(logit)
        case .opposite: power(-2 * logit)
        case .disjoint: 0
        case .hidden: isSecond ? power(-logit) : power(3 * logit)
        default: power(logit + Double((prefix + byte) % 3) * 0.7)
        }
    }
    if kind == .partlyDisjoint || kind == .disjoint { weights[200] = weights.reduce(1, +) }
    return weights
  }

  /// e to the x, without a library.
  private func power(_ x: Double) -> Double {
    (1...30).reversed().reduce(1.0) { 1 + $0 * x / Double($1) }
  }

  struct Session: DrafterSession {
    let model: BlockDrafter
    private var place = BlockPlace()
    private var draftPlace = BlockPlace()

    init(model: BlockDrafter) { self.model = model }

    mutating func observe(_ bytes: ArraySlice<UInt8>) {
      for byte in bytes { place.advance(past: byte) }
      draftPlace = place
    }

    mutating func catchUp() throws(DecodingError) {}

    mutating func extend(
      _ draft: inout Draft, sampler: inout ByteSampler
    ) throws(DecodingError) -> Bool {
      let range = model.tokenBytes
      let count = range.lowerBound + draft.tokenCount % range.count
      for _ in 0..<count { try appendByte(to: &draft, sampler) }
      draft.endToken()
      return true
    }

    mutating func extendBySampling(
      _ draft: inout Draft, sampler: inout ByteSampler
    ) throws(DecodingError) -> Bool {
      try extend(&draft, sampler: &sampler)
    }

    private mutating func appendByte(
      to draft: inout Draft, _ sampler: ByteSampler
    ) throws(DecodingError) {
      let (first, second) = sampler.draftUniforms(at: draft.nextPosition, step: draft.bytes.count)
      let weights = model.weights(after: draftPlace.prefix, isSecond: first < 0.4)
      let isCertain = model.kind == .certain || (model.kind == .mixed && draft.bytes.count % 2 == 0)
      if isCertain {
        draft.append(UInt8(truncatingIfNeeded: draftPlace.prefix % 3), probability: 0.6)
      } else if model.kind == .lies {
        // The square of a uniform number is small too often.
        try draft.draw(from: weights, uniform: second * second)
      } else {
        try draft.draw(from: weights, uniform: second)
      }
      dropDishonestly(from: &draft)
      if let last = draft.bytes.last { draftPlace.advance(past: last) }
    }

    private func dropDishonestly(from draft: inout Draft) {
      guard let last = draft.probabilities.last else { return }
      if model.kind == .dropsUnlikely, last < 0.3 { draft.truncate(to: draft.bytes.count - 1) }
      let least = draft.probabilities.indices.last { draft.probabilities[$0] < 0.5 }
      if model.kind == .dropsUnsure, let least { draft.truncate(to: max(0, least - 1)) }
    }
  }
}
