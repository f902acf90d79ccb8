import Kernels
import Testing

private let stateSizes = [1, 8, 16, 17]
private let positionLimit = 12

@Suite struct SelectiveScanTests {
  @Test(arguments: stateSizes, [0, 1, 2, 12])
  func `every path scans like naive loops`(stateSize: Int, positions: Int) {
    let fixture = ScanFixture(stateSize: stateSize, positions: positionLimit)
    let expected = fixture.expected(positions: positions)
    for instructionSet in InstructionSet.available {
      let team = WorkerTeam(size: 1, instructionSet: instructionSet)
      for isInPlace in [false, true] {
        let result = fixture.scan(team, positions: positions, isInPlace: isInPlace)
        #expect(result.state.bits == expected.state.bits, "\(instructionSet)")
        #expect(result.y.bits == expected.y.bits, "\(instructionSet)")
      }
    }
  }

  @Test(arguments: stateSizes, [0, 1, 2, 12])
  func `a replay gives the state of the scan and writes no output`(
    stateSize: Int, positions: Int
  ) {
    let fixture = ScanFixture(stateSize: stateSize, positions: positionLimit)
    let expected = fixture.expected(positions: positions)
    for instructionSet in InstructionSet.available {
      let team = WorkerTeam(size: 1, instructionSet: instructionSet)
      for isInPlace in [false, true] {
        let result = fixture.scan(
          team, positions: positions, isInPlace: isInPlace, isReplay: true)
        #expect(result.state.bits == expected.state.bits, "\(instructionSet)")
        #expect(result.y.values.allSatisfy { $0 == 0 }, "\(instructionSet)")
      }
    }
  }

  @Test(arguments: stateSizes, [1, 2, 3, 5])
  func `one position at a time gives what all at once do, on any number of threads`(
    stateSize: Int, size: Int
  ) {
    let fixture = ScanFixture(stateSize: stateSize, positions: positionLimit)
    let expected = fixture.expected(positions: positionLimit)
    for instructionSet in InstructionSet.available {
      let team = WorkerTeam(size: size, instructionSet: instructionSet)
      let whole = fixture.scan(team, positions: positionLimit, isInPlace: false)
      let state = fixture.before.clone
      let y = FloatBuffer(count: whole.y.count)
      team.run { member in
        for t in 0..<positionLimit {
          fixture.scan(member, from: state, to: state, first: t, positions: 1, y: y)
        }
      }
      #expect(whole.state.bits == expected.state.bits && whole.y.bits == expected.y.bits)
      #expect(state.bits == expected.state.bits && y.bits == expected.y.bits)
    }
  }

  @Test(arguments: stateSizes, InstructionSet.available)
  func `state values below 2^-100 become zero`(stateSize: Int, instructionSet: InstructionSet) {
    let floor: Float = 0x1p-100
    let values = [
      floor, -floor, floor.nextDown, -floor.nextDown, .leastNonzeroMagnitude,
      -.leastNormalMagnitude, 0, -0.0, 1, floor.nextUp,
    ]
    let expected = [floor, -floor, 0, 0, 0, 0, 0, 0, 1, floor.nextUp]
    let fixture = ScanFixture(stateSize: stateSize, positions: 1)
    for index in 0..<fixture.before.count { fixture.before[index] = values[index % values.count] }
    // A step of size zero keeps the state: exp(0) = 1, and no input.
    for index in 0..<fixture.timeStep.count { fixture.timeStep[index] = 0 }
    let result = fixture.scan(
      WorkerTeam(size: 1, instructionSet: instructionSet), positions: 1, isInPlace: true)
    let states = result.state.values.indices.map { expected[$0 % expected.count] }
    #expect(result.state.bits == states.bits)
  }

  @Test(arguments: stateSizes, InstructionSet.available)
  func `NaN in the state or the inputs stays in its channel and reaches the output`(
    stateSize: Int, instructionSet: InstructionSet
  ) {
    let team = WorkerTeam(size: 1, instructionSet: instructionSet)
    for place in [\ScanFixture.before, \.x, \.timeStep] {
      let fixture = ScanFixture(stateSize: stateSize, positions: 3)
      // Index 17: channel 17 of the first position; in the state, channel 16 or below.
      let index = place == \.before ? 5 : 17
      fixture[keyPath: place][index] = .nan
      let result = fixture.scan(team, positions: 3, isInPlace: false)
      let poisoned = result.y.values.indices.filter { result.y[$0].isNaN }
      #expect(poisoned == (0..<3).map { index + $0 * fixture.stride })
      #expect(result.state.values.contains { $0.isNaN })
    }
  }

  @Test(arguments: InstructionSet.available)
  func `NaN in B or C reaches every channel`(instructionSet: InstructionSet) {
    let team = WorkerTeam(size: 1, instructionSet: instructionSet)
    for place in [\ScanFixture.inputMatrix, \.outputMatrix] {
      let fixture = ScanFixture(stateSize: 16, positions: 1)
      fixture[keyPath: place][3] = .nan
      let result = fixture.scan(team, positions: 1, isInPlace: false)
      #expect((0..<fixture.channels).allSatisfy { result.y[$0].isNaN })
    }
  }
}
