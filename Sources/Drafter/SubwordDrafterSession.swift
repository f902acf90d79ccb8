public import DecodingCore
import Kernels
import Mamba
import MambaDevices
import SpecDecodeTokenizer

/// The drafter's context during one generation.
///
/// The model stands at a token boundary. Bytes decided since then are the beginning of the next
/// token, so it is chosen only from tokens that begin with them: a rejection inside a token does
/// not break the drafter's context into fragments. When decided bytes go on, all since the boundary
/// are encoded anew; as far as the draft was the same tokens their saved states serve, the others
/// are fed to the model, all but those of an unfinished word, whose bytes become the new beginning. So
/// the model's context is what the tokenizer makes of the text, whatever way the bytes were drafted.
public final class SubwordDrafterSession: DrafterSession {
  private let vocabulary: DrafterVocabulary
  private let session: MambaSession
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
  /// The byte that the token after the drafted ones begins with, drafted already.
  private var firstByte: UInt8?
  private var sums: [Double]
  /// The same of the tokens after one that may end.
  private var followingSums: [Double]
  private var followingMasses = [Double](repeating: 0, count: 256)
  private var candidates = ByteCandidates()
  /// Working memory: the open bytes and those observed, their tokens, those to feed the model.
  private var decided: [UInt8] = []
  private var splitter: TokenSplitter
  private var pending: [Int] = []

  /// The most levels of a draft that a verifier takes: tokens have a byte or more.
  static let levelLimit = MambaSession.defaultWindowLimit

  init(model: MambaModel, vocabulary: DrafterVocabulary) {
    self.vocabulary = vocabulary
    session = MambaSession(model: model, windowLimit: 1)
    levels = [DraftLevel(session)]
    splitter = TokenSplitter(vocabulary)
    sums = Array(repeating: 0, count: vocabulary.trie.count)
    followingSums = sums
  }

  /// Bytes of weights that a token reads.
  public var tokenByteCount: Int? { session.model.weightByteCount }

  /// Memory of the state, of those that a draft may return to, and of passes.
  public var byteCount: Int? {
    session.memory.map { memory in
      let level = memory.states / 2 + 4 * session.model.configuration.vocabularySize
      return memory.states + memory.chunk + memory.position + Self.levelLimit * level
    }
  }

  /// Takes note of decided bytes.
  public func observe(_ bytes: ArraySlice<UInt8>) {
    observed += bytes
    isCaughtUp = false
  }

  /// Feeds the model the tokens that the observed bytes make up.
  public func catchUp() throws(DecodingError) {
    guard !isCaughtUp else { return }
    decided.removeAll(keepingCapacity: true)
    decided += open
    decided += observed
    splitter.split(decided, in: 0..<decided.count)
    let standing = standingTokens()
    if hasNoContext && splitter.tokens.isEmpty {
      // Without a token before it the model has no logits to choose the next one by.
      splitter.encode(decided, in: splitter.open)
    }
    let level = min(standing, modelLevel)
    pending.removeAll(keepingCapacity: true)
    pending += splitter.tokens[level...]
    open.removeAll(keepingCapacity: true)
    open += decided[splitter.open]
    observed.removeAll(keepingCapacity: true)
    draftTokens.removeAll(keepingCapacity: true)
    firstByte = nil
    try moveBoundary(to: level, then: pending)
    isCaughtUp = true
  }

  /// Drafts one more token.
  public func extend(
    _ draft: inout Draft, sampler: inout ByteSampler
  ) throws(DecodingError) -> Bool {
    try extend(&draft, sampler: &sampler, isSampling: false)
  }

  /// Drafts one more token, its bytes drawn from distributions that the draft keeps.
  ///
  /// At temperature 0 there is nothing to draw, and it is the token of `extend`.
  public func extendBySampling(
    _ draft: inout Draft, sampler: inout ByteSampler
  ) throws(DecodingError) -> Bool {
    try extend(&draft, sampler: &sampler, isSampling: !sampler.isGreedy)
  }

  private func extend(
    _ draft: inout Draft, sampler: inout ByteSampler, isSampling: Bool
  ) throws(DecodingError) -> Bool {
    try catchUp()
    guard
      let (node, descent) = try descent(temperature: isSampling ? temperature(of: sampler) : 1)
    else { return false }
    let token =
      isSampling
      ? try descent.draw(from: node, into: &draft, sampler: sampler)
      : try choose(descent, from: node, into: &draft, &sampler)
    guard let token else { return false }
    draftTokens.append(token)
    draft.endToken()
    return true
  }

  /// The tokens that the next one is chosen from, and the node that they are below; nil when there
  /// is none.
  private func descent(
    temperature: Float
  ) throws(DecodingError) -> (VocabularyTrie.Node, TokenDescent)? {
    let level = draftTokens.count
    try standAt(level)
    let trie = vocabulary.trie
    guard let node = beginning(level), levels[level].covers(trie.range(of: node)) else {
      return nil
    }
    let range = trie.range(of: node)
    levels[level].cumulativeSoftmax(of: range, temperature: temperature, into: &sums)
    return (node, TokenDescent(trie: trie, range: range, sums: sums))
  }

  /// Moves the model to a level: forward, or back from a token that was looked at in vain.
  private func standAt(_ level: Int) throws(DecodingError) {
    if modelLevel < level {
      try reachLevel(level)
    } else if modelLevel > level {
      session.restore(levels[level].state)
      modelLevel = level
    }
  }

  /// The node that the token at a level is below; nil when no token begins so.
  private func beginning(_ level: Int) -> VocabularyTrie.Node? {
    let trie = vocabulary.trie
    guard level > 0 else { return trie.descend(open) }
    return firstByte.map { trie.child(of: trie.root, $0) } ?? trie.root
  }

  private func choose(
    _ descent: TokenDescent, from node: VocabularyTrie.Node, into draft: inout Draft,
    _ sampler: inout ByteSampler
  ) throws(DecodingError) -> Int? {
    let token = try descent.choose(
      from: node, into: &draft, sampler: &sampler, candidates: &candidates
    ) { token throws(DecodingError) in try followingBytes(token) }
    firstByte = token == nil ? nil : draft.bytes.last
    return token
  }

  /// What the drafter thinks of the next byte after what was observed, over all ways to it that
  /// begin with the open bytes: to measure with. Ends the draft in progress.
  ///
  /// - Returns: 256 logits at temperature 1; nil when the drafter has nothing to propose.
  package func byteLogits() throws(DecodingError) -> [Float]? {
    observe([])
    try catchUp()
    guard let masses = try nextByteMasses() else { return nil }
    return masses.map { mass in
      mass >= .leastNormalMagnitude ? Float(ScalarMath.log(mass)) : -1000
    }
  }

  /// The mass of each byte after the open ones, over all ways to it.
  private func nextByteMasses() throws(DecodingError) -> [Double]? {
    guard draftTokens.isEmpty, let (node, descent) = try descent(temperature: 1) else {
      return nil
    }
    var masses = [Double](repeating: 0, count: 256)
    descent.setMasses(&masses, after: node)
    guard let end = vocabulary.trie.tokenEnding(at: node) else { return masses }
    let following = try followingBytes(end)
    let share = descent.mass(of: end..<end + 1) / following.reduce(0, +)
    for byte in 0..<256 { masses[byte] += share * following[byte] }
    return masses
  }

  /// The mass of each byte as the first of the token after one that ends here: what the model says
  /// once it has been fed that token. If it is drafted the pass is not lost.
  private func followingBytes(_ token: Int) throws(DecodingError) -> [Double] {
    draftTokens.append(token)
    defer { draftTokens.removeLast() }
    try reachLevel(draftTokens.count)
    let trie = vocabulary.trie
    levels[draftTokens.count].cumulativeSoftmax(of: 0..<trie.count, into: &followingSums)
    let descent = TokenDescent(trie: trie, range: 0..<trie.count, sums: followingSums)
    descent.setMasses(&followingMasses, after: trie.root)
    return followingMasses
  }

  /// As f32, where it must neither be zero nor have an infinite reciprocal.
  private func temperature(of sampler: ByteSampler) -> Float {
    max(Float(sampler.options.temperature), .leastNormalMagnitude)
  }

  private var hasNoContext: Bool { levels[0].range.isEmpty }

  /// How many of the drafted tokens are those that the decided bytes are divided into.
  private func standingTokens() -> Int {
    var count = 0
    for (drafted, decided) in zip(draftTokens, splitter.tokens) {
      guard drafted == decided else { break }
      count += 1
    }
    return count
  }

  /// Makes a level the boundary and feeds tokens after it. The boundary then has the logits of
  /// the tokens that begin with the open bytes.
  private func moveBoundary(
    to level: Int, then tokens: [Int]
  ) throws(DecodingError) {
    if level > 0 { levels.swapAt(0, level) }
    if modelLevel != level { session.restore(levels[0].state) }
    modelLevel = 0
    guard !tokens.isEmpty else { return }
    let range = vocabulary.trie.descend(open).map(vocabulary.trie.range) ?? 0..<0
    try consume(tokens[...], logits: range, into: 0)
  }

  /// Moves the model past the last drafted token, to the logits of the next: from a level below, or
  /// from the same one after another token, which the descent looked at and did not choose.
  private func reachLevel(_ level: Int) throws(DecodingError) {
    if levels.count == level { levels.append(DraftLevel(session)) }
    if modelLevel == level - 1 {
      session.save(into: levels[level - 1].state)
    } else {
      session.restore(levels[level - 1].state)
    }
    try consume(draftTokens[level - 1..<level], logits: 0..<vocabulary.trie.count, into: level)
    modelLevel = level
  }

  private func consume(
    _ tokens: ArraySlice<Int>, logits range: Range<Int>, into level: Int
  ) throws(DecodingError) {
    do {
      try session.consume(tokens, logits: range.isEmpty ? nil : range)
    } catch {
      throw DecodingError(error, model: "drafter")
    }
    levels[level].saveLogits(of: session, range)
  }
}
