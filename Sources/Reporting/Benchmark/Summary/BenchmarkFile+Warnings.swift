extension BenchmarkFile {
  /// What a reader should know before believing the numbers, a sentence each.
  package var warnings: [String] { [unmeasured, busy, fewRepetitions].compactMap { $0 } }

  /// Prompts, and whole kinds of text, that the time did not reach.
  private var unmeasured: String? {
    let measured = Set(samples.map(\.prompt))
    guard measured.count < prompts.count else { return nil }
    let kinds = Set(prompts.filter { measured.contains($0.index) }.map(\.category))
    let missing = Set(prompts.map(\.category)).subtracting(kinds).sorted()
    return "only \(measured.count) of \(prompts.count) prompts were measured"
      + (missing.isEmpty ? "" : ", and none of the kind \(missing.joined(separator: ", "))")
      + "; give more --time-budget"
  }

  /// The programs that ran beside it, or a memory whose speed came and went.
  private var busy: String? {
    var evidence: [String] = []
    let cores = Double(run.machine.cores)
    // Before the first sample the run has not yet kept a core busy itself.
    for (place, read) in memoryReads.enumerated() {
      guard let load = read.loadAverage else { continue }
      let own = place == 0 ? 0 : Double(read.threads)
      if load > own + 0.5 * cores {
        let text = NumberText.fixed(load, digits: 1)
        evidence.append(
          "\(text) programs wanted its \(NumberText.count(run.machine.cores, "core"))")
        break
      }
    }
    let speeds = memoryReads.map(\.bytesPerSecond)
    if let least = speeds.min(), let most = speeds.max(), most > 2 * least {
      func text(_ speed: Double) -> String { NumberText.fixed(speed / 1e9, digits: 1) }
      evidence.append("memory was read at \(text(least)) to \(text(most)) GB/s")
    }
    guard !evidence.isEmpty else { return nil }
    return "the machine was busy with other things (\(evidence.joined(separator: "; "))); "
      + "measure again on a quiet one"
  }

  /// Repetitions too few for an interval of a single prompt.
  private var fewRepetitions: String? {
    let most = samples.map(\.repetition).max() ?? 0
    return most == 1
      ? "no prompt was measured more than twice; an interval of a single prompt needs three" : nil
  }
}
