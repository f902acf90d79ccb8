import Kernels
import Testing

@Suite struct TeamGovernorTests {
  private let pass = Duration.milliseconds(1)

  @Test(arguments: [1, 2, 3, 8, 64])
  func `all members take part while little is lost asleep`(size: Int) {
    var governor = TeamGovernor(size: size)
    for _ in 0..<1000 {
      governor.recordPass(lasting: pass, slept: pass * (size - 1) / (size + 1))
      #expect(governor.participants == size)
    }
  }

  @Test func `one late member now and then is no reason to leave`() {
    var governor = TeamGovernor(size: 2)
    for index in 0..<1000 {
      let isLate = index % 20 == 0
      governor.recordPass(lasting: pass * (isLate ? 4 : 1), slept: isLate ? pass * 3 : .zero)
      #expect(governor.participants == 2)
    }
  }

  @Test(arguments: [2, 3, 8, 64])
  func `members leave down to the caller alone while passes are spent asleep`(size: Int) {
    var governor = TeamGovernor(size: size)
    var passes = 0
    while governor.participants > 1, passes < 1000 {
      let before = governor.participants
      governor.recordPass(lasting: pass * 5, slept: pass * 4 * (before - 1))
      #expect(governor.participants <= before)
      passes += 1
    }
    #expect(governor.participants == 1)
    #expect(passes <= 2 * size)
  }

  @Test func `members come back when the machine is quiet again`() {
    var governor = TeamGovernor(size: 8)
    for _ in 0..<30 {
      governor.recordPass(lasting: pass * 5, slept: pass * 4 * (governor.participants - 1))
    }
    #expect(governor.participants == 1)
    var passes = 0
    while governor.participants < 8, passes < 100_000 {
      governor.recordPass(lasting: pass, slept: .zero)
      passes += 1
    }
    #expect(governor.participants == 8)
    #expect(passes < 5000)
  }

  /// A core that stays busy: every pass with all members is spent asleep.
  @Test(arguments: [2, 4])
  func `attempts to take more members become rare`(size: Int) {
    var governor = TeamGovernor(size: size)
    var contended = 0
    for _ in 0..<50_000 {
      let isContended = governor.participants == size
      if isContended { contended += 1 }
      governor.recordPass(
        lasting: pass * (isContended ? 5 : 1), slept: isContended ? pass * 4 * (size - 1) : .zero)
    }
    #expect((5...100).contains(contended))
  }

  @Test func `a busy time long ago does not slow the return after the next`() {
    var governor = TeamGovernor(size: 2)
    for _ in 0..<3000 {
      governor.recordPass(lasting: pass * 5, slept: governor.participants == 2 ? pass * 4 : .zero)
    }
    while governor.participants < 2 { governor.recordPass(lasting: pass, slept: .zero) }
    for _ in 0..<300 { governor.recordPass(lasting: pass, slept: .zero) }
    while governor.participants == 2 { governor.recordPass(lasting: pass * 5, slept: pass * 4) }
    for _ in 0..<64 { governor.recordPass(lasting: pass, slept: .zero) }
    #expect(governor.participants == 2)
  }
}
