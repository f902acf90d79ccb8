import DecodingCore
import Drafter
import Kernels
import Mamba
import SpecDecodeTokenizer

/// What a drafter's session should propose, computed from the start each time: no saved states,
/// no levels, no rollback.
struct ReferenceDrafter {
  private let vocabulary: DrafterVocabulary
  private let model: MambaModel
  /// The tokens that the model has been fed.
  private(set) var context: [Int] = []
  /// Decided bytes after them: the next token begins with these.
  private(set) var open: [UInt8] = []
  private var observed: [UInt8] = []

  init(_ tiny: TinyDrafter) {
    vocabulary = tiny.vocabulary
    model = tiny.model
  }

  mutating func observe(_ bytes: some Collection<UInt8>) {
    observed += bytes
  }

  /// All bytes since the last boundary are encoded again.
  mutating func catchUp() {
    let decided = open + observed
    let split = vocabulary.split(decided)
    context += split.tokens
    open = split.open
    if context.isEmpty { (context, open) = (vocabulary.encode(decided), []) }
    observed = []
  }

  /// Drafts up to `count` tokens after the observed bytes.
  mutating func draft(_ count: Int, at position: UInt64, _ sampler: ByteSampler) throws -> Draft {
    catchUp()
    var draft = Draft(position: position)
    var sampler = sampler
    var tokens = context
    var beginning = open
    var candidates = ByteCandidates()
    while draft.tokenCount < count, !tokens.isEmpty {
      let trie = vocabulary.trie
      guard let node = trie.descend(beginning) else { break }
      let range = trie.range(of: node)
      let descent = TokenDescent(trie: trie, range: range, sums: try sums(of: range, after: tokens))
      guard
        let token = try descent.choose(
          from: node, into: &draft, sampler: &sampler, candidates: &candidates,
          following: { try firstBytes(after: tokens + [$0]) })
      else { break }
      tokens.append(token)
      beginning = draft.bytes.suffix(1)
      draft.endToken()
    }
    return draft
  }

  /// For each byte the mass of the tokens that begin with it.
  private func firstBytes(after tokens: [Int]) throws -> [Double] {
    let sums = try sums(of: 0..<vocabulary.trie.count, after: tokens)
    var masses = [Double](repeating: 0, count: 256)
    for place in sums.indices {
      // Differences of running sums, as the code under test takes them, byte by byte.
      let byte = Int(vocabulary.trie.bytes(at: place)[0])
      let isFirst = place == 0 || Int(vocabulary.trie.bytes(at: place - 1)[0]) != byte
      if isFirst {
        let end = sums.indices.last { Int(vocabulary.trie.bytes(at: $0)[0]) == byte } ?? place
        masses[byte] = max(0, sums[end] - (place > 0 ? sums[place - 1] : 0))
      }
    }
    return masses
  }

  private func sums(of range: Range<Int>, after tokens: [Int]) throws -> [Double] {
    let session = MambaSession(model: model, windowLimit: 1)
    try session.consume(tokens[...], logits: 0..<vocabulary.trie.count)
    var sums = [Double](repeating: .nan, count: range.count)
    session.withLogits(after: 0) { row in
      InstructionSet.best.cumulativeSoftmax(
        of: row.extracting(range), temperature: 1, into: &sums)
    }
    return sums
  }
}

extension SubwordDrafterSession {
  /// Drafts up to `count` tokens after the observed bytes.
  func draft(
    _ count: Int, at position: UInt64 = 0, _ sampler: ByteSampler = ByteSampler(options: .init())
  ) throws -> Draft {
    var draft = Draft(position: position)
    var sampler = sampler
    for _ in 0..<count {
      guard try extend(&draft, sampler: &sampler) else { break }
    }
    return draft
  }
}
