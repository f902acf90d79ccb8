import Kernels
import Mamba
import TestSupport
import Testing

/// A sequence's logits and state are the same bits in any company.
@Suite struct SharedPassTests {
  /// One sequence that the test drives by segments.
  private struct Member {
    let sequence: any MambaSequence
    var rest: [Int]
    var consumed: [Int] = []
  }

  private static func bits(_ sequence: any MambaSequence, _ row: Int) -> Bits {
    sequence.withLogits(row: row) { row in Bits(row.indices.map { row[$0] }) }
  }

  /// Teams of four and more share norms and quantising out; larger ones than there are cores are slow.
  private static let teams: [(ModelVariant, Int)] =
    ModelVariant.allCases.flatMap { [($0, 1), ($0, 3)] }
    + [(.int8, 5)]

  @Test(arguments: teams)
  func `sequences of different lengths, windows and rollbacks are what each is alone`(
    variant: ModelVariant, threads: Int
  ) throws {
    let model = try variant.load(threads: threads)
    let vocabulary = model.configuration.vocabularySize
    var random = SeededGenerator(seed: UInt64(threads))
    for count in [2, 3, 7] {
      var members = (0..<count).map { index in
        Member(
          sequence: model.backend.makeSequence(windowLimit: 9),
          rest: variant.tokens(30 + 5 * index).shuffled(using: &random))
      }
      while members.contains(where: { !$0.rest.isEmpty }) {
        let active = members.indices.filter { !members[$0].rest.isEmpty }.shuffled(using: &random)
        let kinds = active.map { _ in Int.random(in: 0..<4, using: &random) }
        let sizes = active.map { min(members[$0].rest.count, .random(in: 1...9, using: &random)) }
        var segments: ContiguousArray<PassSegment> = []
        for (place, index) in active.enumerated() {
          segments.append(
            PassSegment(
              members[index].sequence, tokens: members[index].rest.prefix(sizes[place]),
              isRecorded: kinds[place] > 1,
              logits: kinds[place] == 0
                ? .none : kinds[place] == 1 ? .last(rows: 0..<vocabulary) : .all))
        }
        model.backend.run(segments.span)
        for (place, index) in active.enumerated() {
          let tokens = Array(members[index].rest.prefix(sizes[place]))
          let single = try ModelTrace(model, members[index].consumed + tokens)
          let before = members[index].consumed.count
          if kinds[place] == 1 {
            #expect(Self.bits(members[index].sequence, 0) == single.logits.last)
          }
          var kept = tokens.count
          if kinds[place] > 1 {
            for row in tokens.indices {
              #expect(Self.bits(members[index].sequence, row) == single.logits[before + row])
            }
            kept = Int.random(in: 0...tokens.count, using: &random)
            if kept > 0 { members[index].sequence.settle(first: kept, of: tokens.count) }
          }
          members[index].consumed += tokens.prefix(kept)
          members[index].rest.removeFirst(max(kept, 1))
          #expect(members[index].sequence.state.bits == single.states[before + kept])
        }
      }
    }
  }
}
