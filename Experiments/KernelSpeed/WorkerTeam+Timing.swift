import Kernels
import Measuring

extension WorkerTeam {
  /// Seconds that the team takes to run `body` on every member so many times, from when all are
  /// awake until all are done.
  func seconds(of count: Int, _ body: @Sendable (TeamMember) -> Void) -> Double {
    let elapsed = FloatBuffer(count: 1)
    run { member in
      member.barrier()
      let seconds = Stopwatch.seconds {
        for _ in 0..<count { body(member) }
        member.barrier()
      }
      if member.index == 0 { elapsed[0] = Float(seconds) }
    }
    return Double(elapsed[0])
  }
}
