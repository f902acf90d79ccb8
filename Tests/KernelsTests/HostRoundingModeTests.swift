import Kernels
import TestSupport
import Testing

@Suite struct HostRoundingModeTests {
  @Test(arguments: InstructionSet.available, [1, 3])
  func `a pass gives the same bits on a thread that rounds up, whose mode is back afterwards`(
    instructionSet: InstructionSet, size: Int
  ) {
    let team = WorkerTeam(size: size, instructionSet: instructionSet)
    let pass = SamplePass()
    let expected = pass.run(team)
    let (result, roundsUp) = RoundingMode.upward { pass.run(team) }
    #expect(result == expected)
    #expect(roundsUp)
  }

  @Test func `every member of a team rounds to nearest during a pass`() {
    let team = WorkerTeam(size: 3, instructionSet: .scalar)
    let answers = FloatBuffer([-1, -1, -1])
    let (_, roundsUp) = RoundingMode.upward {
      team.run { answers[$0.index] = RoundingMode.roundsUp() ? 1 : 0 }
    }
    #expect(answers.values == [0, 0, 0])
    #expect(roundsUp)
  }

  @Test(arguments: InstructionSet.available)
  func `functions outside a pass give the same bits on a thread that rounds up`(
    instructionSet: InstructionSet
  ) {
    var random = RandomFloats(seed: 17)
    let values = random.values(40, in: -20...20)
    let logits = ContiguousArray(values)
    let compute = {
      var sums = Array(repeating: 0.0, count: 40)
      instructionSet.cumulativeSoftmax(
        of: logits.span, temperature: 0.7, into: &sums)
      let elements = instructionSet.exp(values) + instructionSet.silu(values)
      return elements.map { UInt64($0.bitPattern) } + sums.map(\.bitPattern)
    }
    let (result, roundsUp) = RoundingMode.upward(compute)
    #expect(result == compute())
    #expect(roundsUp)
  }
}

/// A product, a norm and a scan, one after the other.
private struct SamplePass {
  private let weights = StoredWeights(rows: 20, columns: 33, type: .int8, hasBias: true)
  private let scan = ScanFixture(stateSize: 16, positions: 3)

  func run(_ team: WorkerTeam) -> [UInt32] {
    let matrix = weights.packed
    let normalized = (0..<team.size).map { _ in FloatBuffer(count: 33) }
    let product = FloatBuffer(count: 32)
    let state = scan.before.clone
    let y = FloatBuffer(count: scan.gate.count)
    team.run { member in
      let own = normalized[member.index].rows(stride: 33)
      member.rmsNorm(
        scan.x.rows(stride: 64), weight: scan.timeStep, epsilon: 1e-5, width: 33, positions: 1,
        into: own)
      member.project(matrix, own, positions: 1, into: product.rows(stride: 32))
      scan.scan(member, from: state, to: state, first: 0, positions: 3, y: y)
    }
    return normalized.flatMap(\.bits) + product.bits + state.bits + y.bits
  }
}
