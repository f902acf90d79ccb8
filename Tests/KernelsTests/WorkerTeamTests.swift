import Dispatch
import Foundation
import Kernels
import Testing

@Suite struct WorkerTeamTests {
  @Test(arguments: [1, 2, 3, 5, 16])
  func `the shares of a team's members are the whole, in order, without overlap`(size: Int) {
    let team = WorkerTeam(size: size, instructionSet: .scalar)
    for blocks in [0..<0, 0..<1, 3..<3, 2..<7, 0..<16, 0..<33] {
      let begins = FloatBuffer(count: size)
      let ends = FloatBuffer(count: size)
      team.run { member in
        let share = member.share(of: blocks)
        begins[member.index] = Float(share.lowerBound)
        ends[member.index] = Float(share.upperBound)
      }
      #expect(begins[0] == Float(blocks.lowerBound))
      #expect(ends[size - 1] == Float(blocks.upperBound))
      #expect((1..<size).allSatisfy { begins[$0] == ends[$0 - 1] })
    }
  }

  @Test(arguments: [1, 2, 5, 9])
  func `what members wrote before a barrier is read after it, with more threads than cores`(
    size: Int
  ) {
    let team = WorkerTeam(size: size, instructionSet: .scalar)
    let phases = FloatBuffer(count: size)
    let failures = FloatBuffer(count: size)
    team.run { member in
      for phase in 1...100 {
        phases[member.index] = Float(phase)
        member.barrier()
        for other in 0..<size where phases[other] != Float(phase) { failures[member.index] += 1 }
        member.barrier()
      }
    }
    #expect(phases.values == Array(repeating: 100, count: size))
    #expect(failures.values == Array(repeating: 0, count: size))
  }

  @Test(arguments: [1, 2, 3])
  func `short passes from several threads at once take turns and give right results`(size: Int) {
    let team = WorkerTeam(size: size, instructionSet: .best)
    let matrix = StoredWeights(rows: 40, columns: 5, type: .float32).packed
    let x = FloatBuffer([1, 2, 3, 4, 5])
    let shared = FloatBuffer(count: 48)
    let expected = FloatBuffer(count: 48)
    team.run {
      $0.project(matrix, x.rows(stride: 5), positions: 1, into: expected.rows(stride: 48))
    }
    let failures = FloatBuffer(count: 4)
    DispatchQueue.concurrentPerform(iterations: 4) { caller in
      let y = FloatBuffer(count: 48)
      for _ in 0..<100 {
        team.run {
          $0.project(matrix, x.rows(stride: 5), positions: 1, into: y.rows(stride: 48))
          $0.project(
            matrix, x.rows(stride: 5), positions: 1, into: shared.rows(stride: 48),
            accumulating: true)
        }
        if y.bits != expected.bits { failures[caller] += 1 }
      }
    }
    #expect(failures.values == [0, 0, 0, 0])
    // 400 passes added the same product, each one whole.
    let sums = (0..<48).map { row in (0..<400).reduce(Float(0)) { sum, _ in sum + expected[row] } }
    #expect(shared.bits == sums.bits)
  }

  @Test(arguments: [1, 3])
  func `a log has what each member did in the last pass, in order`(size: Int) {
    let team = WorkerTeam(size: size, instructionSet: .scalar)
    let log = PassLog(memberCount: size)
    let x = FloatBuffer(count: 16)
    team.record(in: log)
    for _ in 0..<2 {
      team.run { member in
        if member.index == 0 { member.softplus(x.rows(stride: 16), channels: 16, positions: 1) }
        member.barrier()
      }
    }
    team.record(in: nil)
    team.run { $0.barrier() }
    let members = log.members
    #expect(
      members.map { $0.map(\.part) }
        == (0..<size).map { $0 == 0 ? [.waking, .softplus, .waiting] : [.waking, .waiting] })
    for events in members {
      let times = [log.start] + events.map(\.time)
      #expect(zip(times, times.dropFirst()).allSatisfy { $0 <= $1 })
    }
  }

  @Test func `members who were away take part in the barriers of a later pass`() {
    // The last member is late, so members leave; later they come back.
    let team = WorkerTeam(size: 4, instructionSet: .scalar, adapts: true)
    let failures = FloatBuffer(count: 4)
    let phases = FloatBuffer(count: 4)
    for pass in 0..<400 {
      team.run { member in
        let deadline = ContinuousClock.now + .milliseconds(2)
        while pass < 100, member.index == member.count - 1, ContinuousClock.now < deadline {}
        for phase in 1...3 {
          phases[member.index] = Float(3 * pass + phase)
          member.barrier()
          for other in 0..<member.count where phases[other] != Float(3 * pass + phase) {
            failures[member.index] += 1
          }
          member.barrier()
        }
      }
    }
    #expect(failures.values == [0, 0, 0, 0])
  }

  @Test func `a team that adapts goes on with fewer members when one is late`() {
    let team = WorkerTeam(size: 2, instructionSet: .scalar, adapts: true)
    let counts = FloatBuffer(count: 1)
    // In one pass the caller may be kept from its core for as long, and never wait.
    for _ in 0..<1000 where counts[0] != 1 {
      team.run { member in
        if member.index == 0 { counts[0] = Float(member.count) }
        let deadline = ContinuousClock.now + .milliseconds(20)
        while member.index == 1, ContinuousClock.now < deadline {}
      }
    }
    #expect(counts.values == [1])
  }

  @Test(arguments: [false, true])
  func `passes of one team take as many members as each asks for`(adapts: Bool) {
    let team = WorkerTeam(size: 4, instructionSet: .scalar, adapts: adapts)
    let phases = FloatBuffer(count: 4)
    let failures = FloatBuffer(count: 4)
    for pass in 1...200 {
      let members = [4, 2, 1, 3, 9, nil][pass % 6]
      team.run(members: members) { member in
        let most = min(members ?? 4, 4)
        if adapts ? member.count > most : member.count != most { failures[member.index] += 1 }
        phases[member.index] = Float(pass)
        member.barrier()
        for other in 0..<member.count where phases[other] != Float(pass) {
          failures[member.index] += 1
        }
        member.barrier()
      }
    }
    #expect(failures.values == [0, 0, 0, 0])
  }

  @Test func `a team that did nothing ends`() {
    weak var team: WorkerTeam?
    do {
      let made = WorkerTeam(size: 4, instructionSet: .scalar)
      team = made
      #expect(made.size == 4 && made.instructionSet == .scalar)
    }
    #expect(team == nil)
  }

  @Test(.timeLimit(.minutes(2)))
  func `teams made and dropped leave no threads behind`() async {
    for _ in 0..<200 {
      let team = WorkerTeam(size: 3, instructionSet: .scalar)
      let hits = FloatBuffer(count: 3)
      team.run { hits[$0.index] += 1 }
      #expect(hits.values == [1, 1, 1])
    }
    // 400 threads were started; other tests use some at the same time. A thread may outlive its
    // team by the time that it takes to be scheduled.
    while threadCount > 200, !Task.isCancelled { await Task.yield() }
  }

  @Test func `a pass may use its team's results without copying the closure's captures`() {
    let team = WorkerTeam(size: 2, instructionSet: .scalar)
    weak var captured: FloatBuffer?
    do {
      let buffer = FloatBuffer(count: 2)
      captured = buffer
      team.run { buffer[$0.index] = 1 }
    }
    #expect(captured == nil)
  }

  @Test func `models that ask for the same size share a team`() throws {
    let team = try WorkerTeam.shared(size: 2)
    #expect(try WorkerTeam.shared(size: 2) === team)
    #expect(try WorkerTeam.shared(size: 1) !== team)
    #expect(try WorkerTeam.shared(size: -3).size == 1)
    #expect(try team.instructionSet == InstructionSet.selected())
  }

  @Test func `a team without members traps`() async {
    await #expect(processExitsWith: .failure) {
      _ = WorkerTeam(size: 0, instructionSet: .scalar)
    }
  }
}

/// Threads of this process; 0 where the system does not list them as files.
private var threadCount: Int {
  (try? FileManager.default.contentsOfDirectory(atPath: "/proc/self/task").count) ?? 0
}
