import Measuring

/// Measures all cases and limits in turn, again and again: what disturbs the machine for a while
/// then disturbs all of them alike.
struct Interleaving {
  let cases: [KernelCase]
  let repetitions: Int

  /// A repetition applies a kernel for about this long.
  private static let seconds = 0.004

  /// One result a case.
  func results() -> [KernelResult] {
    let limits = Array(Set(cases.flatMap { [$0.memoryLimit, $0.arithmeticLimit] }))
    let counts = cases.map(Self.applications)
    var times = cases.map { _ in [Double]() }
    var rates: [Limit: [Double]] = [:]
    for repetition in 1...repetitions {
      Experiment.report("repetition \(repetition) of \(repetitions), \(cases.count) cases\n")
      for limit in limits { rates[limit, default: []].append(limit.measured()) }
      for (index, measured) in cases.enumerated() {
        times[index].append(measured.run(counts[index]) / Double(counts[index]))
      }
    }
    return zip(cases, times).map { measured, times in
      KernelResult(
        measured, times: times, readRates: rates[measured.memoryLimit] ?? [],
        peaks: rates[measured.arithmeticLimit] ?? [])
    }
  }

  /// As many applications as fill a repetition; the first one warms up.
  private static func applications(of measured: KernelCase) -> Int {
    _ = measured.run(1)
    return max(1, Int(seconds / max(measured.run(1), 1e-9)))
  }
}
