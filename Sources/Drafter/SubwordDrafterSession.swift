public import DecodingCore
import Kernels
import Mamba

/// The drafter's context during one generation.
///
/// The model stands at a token boundary. Bytes decided since then are the beginning of the next
/// token, so it is chosen only from tokens that begin with them: a rejection inside a token does
/// not break the drafter's context into fragments. When decided bytes go on, the tokens drafted
/// whole stand, with a state saved for each; the rest is encoded again, all tokens but the last
/// are fed to the model, and the last one's bytes become the new beginning.
public struct SubwordDrafterSession: DrafterSession {
  private let vocabulary: DrafterVocabulary
  private var session: MambaSession
  /// Entry n is the model after n tokens of the draft; entry 0 is the last boundary.
  private var levels: [DraftLevel]
  /// The level that the model stands at: the deepest of this draft.
  private var modelLevel = 0
  /// The drafted tokens, the beginning of the first one included in its bytes.
  private var draftTokens: [Int] = []
  /// Bytes decided since the boundary, already taken into account by the draft.
  private var open: [UInt8] = []
  /// Bytes decided after those.
  private var observed: [UInt8] = []
  /// Whether the model has been fed what was observed; false before the first byte.
  private var isCaughtUp = false
  private var certainty: Float = 1
  private var sums: [Double]
  /// Working memory: the open bytes and those observed, their tokens, those to feed the model.
  private var decided: [UInt8] = []
  private var splitter: TokenSplitter
  private var pending: [Int] = []

  init(model: MambaModel, vocabulary: DrafterVocabulary) {
    self.vocabulary = vocabulary
    session = MambaSession(model: model, windowLimit: 1)
    levels = [DraftLevel(model.configuration)]
    splitter = TokenSplitter(vocabulary)
    sums = Array(repeating: 0, count: vocabulary.trie.count)
  }

  /// Takes note of decided bytes.
  public mutating func observe(_ bytes: ArraySlice<UInt8>) {
    observed += bytes
    isCaughtUp = false
  }

  /// Feeds the model the tokens that the observed bytes make up.
  public mutating func catchUp() throws(DecodingError) {
    guard !isCaughtUp else { return }
    decided.removeAll(keepingCapacity: true)
    decided += open
    decided += observed
    let standing = standingTokens()
    splitter.split(decided, in: standing.byteCount..<decided.count)
    if hasNoContext && standing.count == 0 && splitter.tokens.isEmpty {
      // Without a token before it the model has no logits to choose the next one by.
      splitter.encode(decided, in: splitter.open)
    }
    let level = min(standing.count, modelLevel)
    pending.removeAll(keepingCapacity: true)
    pending += draftTokens[level..<standing.count]
    pending += splitter.tokens
    open.removeAll(keepingCapacity: true)
    open += decided[splitter.open]
    observed.removeAll(keepingCapacity: true)
    draftTokens.removeAll(keepingCapacity: true)
    try moveBoundary(to: level, then: pending)
    isCaughtUp = true
  }

  /// Drafts one more token.
  public mutating func extend(
    _ draft: inout Draft, sampler: inout ByteSampler
  ) throws(DecodingError) -> Bool {
    try extend(&draft, sampler: &sampler, isSampling: false)
  }

  /// Drafts one more token, its bytes drawn from distributions that the draft keeps.
  ///
  /// At temperature 0 there is nothing to draw, and it is the token of `extend`.
  public mutating func extendBySampling(
    _ draft: inout Draft, sampler: inout ByteSampler
  ) throws(DecodingError) -> Bool {
    try extend(&draft, sampler: &sampler, isSampling: !sampler.isGreedy)
  }

  private mutating func extend(
    _ draft: inout Draft, sampler: inout ByteSampler, isSampling: Bool
  ) throws(DecodingError) -> Bool {
    try catchUp()
    if draftTokens.isEmpty { certainty = 1 }
    let level = draftTokens.count
    if level > 0 { try reachLevel(level) }
    let trie = vocabulary.trie
    guard let node = level > 0 ? trie.root : trie.descend(open) else { return false }
    let range = trie.range(of: node)
    guard !range.isEmpty, levels[level].range.lowerBound <= range.lowerBound,
      levels[level].range.upperBound >= range.upperBound
    else { return false }
    session.model.team.instructionSet.cumulativeSoftmax(
      of: levels[level].logits, in: range,
      temperature: temperature(of: sampler), into: &sums)
    let descent = TokenDescent(trie: trie, range: range, sums: sums)
    let drawn = isSampling ? try descent.draw(from: node, into: &draft, sampler: sampler) : nil
    guard
      let choice = isSampling
        ? drawn.map({ (token: $0, certainty: 1) })
        : descent.choose(from: node, into: &draft, sampler: &sampler, certainty: certainty)
    else { return false }
    draftTokens.append(choice.token)
    certainty = choice.certainty
    draft.endToken()
    return true
  }

  /// As f32, where it must neither be zero nor have an infinite reciprocal.
  private func temperature(of sampler: ByteSampler) -> Float {
    sampler.isGreedy ? 1 : max(Float(sampler.options.temperature), .leastNormalMagnitude)
  }

  private var hasNoContext: Bool { levels[0].range.isEmpty }

  /// How many of the drafted tokens the decided bytes contain whole, and their bytes; none while
  /// nothing was decided, not even a first one that is the open bytes alone.
  private func standingTokens() -> (count: Int, byteCount: Int) {
    guard !observed.isEmpty else { return (0, 0) }
    var count = 0
    var rest = decided[...]
    while count < draftTokens.count {
      let bytes = vocabulary.trie.bytes(at: draftTokens[count])
      guard rest.starts(with: bytes) else { break }
      count += 1
      rest = rest.dropFirst(bytes.count)
    }
    return (count, decided.count - rest.count)
  }

  /// Makes a level the boundary and feeds tokens after it. The boundary then has the logits of
  /// the tokens that begin with the open bytes.
  private mutating func moveBoundary(
    to level: Int, then tokens: [Int]
  ) throws(DecodingError) {
    if level > 0 { levels.swapAt(0, level) }
    if modelLevel != level { session.restore(levels[0].state) }
    modelLevel = 0
    guard !tokens.isEmpty else { return }
    let range = vocabulary.trie.descend(open).map(vocabulary.trie.range) ?? 0..<0
    try consume(tokens[...], logits: range, into: 0)
  }

  /// Moves the model past the last drafted token, to the logits of the next.
  private mutating func reachLevel(_ level: Int) throws(DecodingError) {
    if levels.count == level { levels.append(DraftLevel(session.model.configuration)) }
    try consume(draftTokens[level - 1..<level], logits: 0..<vocabulary.trie.count, into: level)
    modelLevel = level
  }

  private mutating func consume(
    _ tokens: ArraySlice<Int>, logits range: Range<Int>, into level: Int
  ) throws(DecodingError) {
    do {
      try session.consume(tokens, logits: range.isEmpty ? nil : range)
    } catch {
      throw .nonFiniteLogit(model: "drafter", index: error.index)
    }
    levels[level].range = range
    session.save(into: &levels[level].state)
    levels[level].logits.copy(from: session.logitRow(after: 0), columns: range)
  }
}
