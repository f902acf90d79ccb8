import Kernels
import Testing

@Suite struct TeamGovernorTests {
  private let pass = Duration.milliseconds(1)

  @Test(arguments: [1, 2, 3, 8, 64])
  func `all members take part while none of them sleeps long`(size: Int) {
    var governor = TeamGovernor(size: size)
    for _ in 0..<1000 {
      #expect(governor.participants == size)
      governor.recordPass(lasting: pass, slept: pass * (size - 1) / 5)
    }
  }

  @Test func `the time that waking up takes is no reason to leave`() {
    var governor = TeamGovernor(size: 2)
    for _ in 0..<100 {
      governor.recordPass(lasting: .microseconds(300), slept: .microseconds(200))
      #expect(governor.participants == 2)
    }
  }

  @Test(arguments: [2, 3, 8, 64])
  func `members leave down to the caller alone while passes are spent asleep`(size: Int) {
    var governor = TeamGovernor(size: size)
    var counts = [governor.participants]
    for _ in 0..<20 {
      governor.recordPass(lasting: pass, slept: pass * (governor.participants - 1))
      counts.append(governor.participants)
    }
    #expect(zip(counts, counts.dropFirst()).allSatisfy { $0 > $1 || $0 == 1 })
    #expect(counts.last == 1)
  }

  @Test func `members come back when the machine is quiet again`() {
    var governor = TeamGovernor(size: 8)
    for _ in 0..<10 { governor.recordPass(lasting: pass, slept: pass * 8) }
    #expect(governor.participants == 1)
    var passes = 0
    while governor.participants < 8, passes < 100_000 {
      governor.recordPass(lasting: pass, slept: .zero)
      passes += 1
    }
    #expect(governor.participants == 8)
  }

  /// A core that stays busy: every pass with all members is spent asleep.
  @Test(arguments: [2, 4])
  func `attempts to take more members become rare`(size: Int) {
    var governor = TeamGovernor(size: size)
    var contended = 0
    for _ in 0..<50_000 {
      let isContended = governor.participants == size
      if isContended { contended += 1 }
      governor.recordPass(lasting: pass, slept: isContended ? pass * size : .zero)
    }
    #expect((5...30).contains(contended))
  }

  @Test func `a busy time long ago does not slow the return after the next`() {
    var governor = TeamGovernor(size: 2)
    for _ in 0..<3000 {
      governor.recordPass(lasting: pass, slept: governor.participants == 2 ? pass : .zero)
    }
    while governor.participants < 2 { governor.recordPass(lasting: pass, slept: .zero) }
    for _ in 0..<300 { governor.recordPass(lasting: pass, slept: .zero) }
    governor.recordPass(lasting: pass, slept: pass)
    #expect(governor.participants == 1)
    for _ in 0..<32 { governor.recordPass(lasting: pass, slept: .zero) }
    #expect(governor.participants == 2)
  }
}
