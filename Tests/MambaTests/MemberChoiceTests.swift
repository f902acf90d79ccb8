import Kernels
import Mamba
import TestSupport
import Testing

@Suite struct MemberChoiceTests {
  /// Microseconds of a pass by the number of members, as a machine that nobody disturbs gives them.
  private static func choice(_ times: [Int: Double]) -> MemberChoice {
    MemberChoice(upTo: times.keys.max() ?? 1) { times[$0, default: 0] * 1e-6 }
  }

  @Test(arguments: [
    ([16: 700, 8: 620, 4: 710, 2: 860], 8), ([16: 330, 8: 310, 4: 280, 2: 290], 4),
    ([16: 400, 8: 300, 4: 220, 2: 150], 2), ([16: 5000, 8: 8000], 16),
    // Threads that the machine does not have.
    ([16: 90_000, 8: 40_000, 4: 2000, 2: 2500], 4),
    // A tie, and a gain that is noise.
    ([16: 500, 8: 500, 4: 500, 2: 500], 16), ([16: 500, 8: 480, 4: 490, 2: 600], 16),
    // Two small gains are one that counts.
    ([16: 500, 8: 480, 4: 460, 2: 600], 4),
    ([6: 500, 3: 300], 3), ([5: 500, 2: 480], 5),
  ])
  func `the most members that fewer do not clearly beat are taken`(
    times: [Int: Double], members: Int
  ) {
    let choice = Self.choice(times)
    #expect(choice.members == members)
    #expect(choice.seconds == times.mapValues { $0 * 1e-6 })
  }

  @Test(arguments: 1...4)
  func `a team of up to four is taken whole without a pass`(size: Int) {
    let choice = MemberChoice(upTo: size) { _ in
      Issue.record("a pass was measured")
      return 1
    }
    #expect(choice.members == size && choice.seconds.isEmpty)
    #expect(!MemberChoice.isNeeded(upTo: size))
  }

  @Test(arguments: [0, -1, .nan])
  func `candidates that fail are not taken`(failure: Double) {
    let times = [16: 500, 8: 400, 4: failure, 2: 300].mapValues { $0 * 1e-6 }
    #expect(MemberChoice(upTo: 16) { times[$0] ?? 0 }.members == 2)
    #expect(MemberChoice(upTo: 16) { $0 == 16 ? failure : 1e-4 }.members == 16)
    #expect(MemberChoice(upTo: 16) { _ in failure } == MemberChoice(upTo: 16) { _ in 0 })
  }

  @Test(arguments: 0..<20)
  func `passes that others disturb do not decide`(seed: UInt64) {
    var random = SeededGenerator(seed: seed)
    func choice(_ times: [Int: Double]) -> MemberChoice {
      MemberChoice(upTo: 16) { members in
        let isDisturbed = Int.random(in: 0..<8, using: &random) == 0
        return times[members, default: 0] * 1e-6
          * (isDisturbed ? 5 : .random(in: 0.98...1.02, using: &random))
      }
    }
    #expect(choice([16: 150, 8: 120, 4: 150, 2: 180]).members == 8)
    #expect(choice([16: 120, 8: 120, 4: 125, 2: 150]).members == 16)
  }

  @Test(arguments: [1e-9, 1e-5, 1e-4, 1e-3, 0.009, 0.011, 10])
  func `measuring ends after a time that a user does not notice`(pass: Double) {
    var (spent, count) = (0.0, 0)
    let choice = MemberChoice(upTo: 96) { members in
      count += 1
      spent += pass * (96 / Double(members)).squareRoot()
      return pass * (96 / Double(members)).squareRoot()
    }
    #expect(choice.members == 96)
    #expect(count <= 3 * 6 * 20)
    #expect(pass > 0.01 ? count == 6 : spent < max(0.05, 20 * pass))
  }

  @Test(arguments: ModelVariant.allCases)
  func `any choice gives the bits of one thread`(variant: ModelVariant) throws {
    let tokens = variant.tokens(70)
    let single = try ModelTrace(variant.load(), tokens)
    let whole = try #require(try variant.load(threads: 5).backend as? CPUBackend)
    let few = MemberChoice(upTo: 5) { Double($0) * 1e-6 }
    let all = MemberChoice(upTo: 5) { 1e-6 / Double($0) }
    #expect((few.members, all.members) == (2, 5))
    for backend in [
      whole, whole.choosingMembers(), CPUBackend(whole, MemberChoices(step: few, window: all)),
      CPUBackend(whole, MemberChoices(step: all, window: few)),
    ] {
      let model = MambaModel(configuration: backend.configuration, backend: backend)
      #expect(model.device.threads == model.device.choices?.step.members ?? 5)
      let session = MambaSession(model: model)
      try session.consume(tokens[..<50])
      #expect(try session.consumed(tokens[50..<51]) == single.logits[50])
      #expect(try session.verified(tokens[51..<70]) == Array(single.logits[51...]))
      session.rollBack(toFirst: 9)
      #expect(session.state.bits == single.states[60])
      #expect(try session.accepted(tokens[60..<70]) == Array(single.logits[60...]))
    }
  }
}
