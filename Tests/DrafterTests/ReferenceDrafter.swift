import DecodingCore
import Drafter
import Kernels
import Mamba

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
  private var drafted: [Int] = []

  init(_ tiny: TinyDrafter) {
    vocabulary = tiny.vocabulary
    model = tiny.model
  }

  mutating func observe(_ bytes: some Collection<UInt8>) {
    observed += bytes
  }

  /// Drafted tokens that were decided whole stand; the rest is encoded again.
  mutating func catchUp() {
    var rest = open + observed
    if !observed.isEmpty {
      for token in drafted {
        let bytes = vocabulary.trie.bytes(at: token)
        guard rest.starts(with: bytes) else { break }
        rest.removeFirst(bytes.count)
        context.append(token)
      }
    }
    let split = vocabulary.split(rest)
    context += split.tokens
    open = split.open
    if context.isEmpty { (context, open) = (vocabulary.encode(rest), []) }
    observed = []
    drafted = []
  }

  /// Drafts up to `count` tokens after the observed bytes.
  mutating func draft(_ count: Int, at position: UInt64, _ sampler: ByteSampler) throws -> Draft {
    catchUp()
    var draft = Draft(position: position)
    var sampler = sampler
    var certainty: Float = 1
    while drafted.count < count, !context.isEmpty {
      let trie = vocabulary.trie
      guard let node = drafted.isEmpty ? trie.descend(open) : trie.root else { break }
      let range = trie.range(of: node)
      let descent = TokenDescent(trie: trie, range: range, sums: try sums(of: range, sampler))
      guard
        let choice = descent.choose(
          from: node, into: &draft, sampler: &sampler, certainty: certainty)
      else { break }
      certainty = choice.certainty
      drafted.append(choice.token)
      draft.endToken()
    }
    return draft
  }

  private func sums(of range: Range<Int>, _ sampler: ByteSampler) throws -> [Double] {
    var session = MambaSession(model: model, windowLimit: 1)
    try session.consume((context + drafted)[...], logits: 0..<vocabulary.trie.count)
    var sums = [Double](repeating: .nan, count: range.count)
    model.team.instructionSet.cumulativeSoftmax(
      of: session.logitRow(after: 0), in: range,
      temperature: sampler.isGreedy ? 1 : Float(sampler.options.temperature), into: &sums)
    return sums
  }
}

extension SubwordDrafterSession {
  /// Drafts up to `count` tokens after the observed bytes.
  mutating func draft(
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
