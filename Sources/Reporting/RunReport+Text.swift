import SpeculativeDecoding

extension RunReport {
  /// The report in plain words, for a terminal; ends with a newline.
  package var text: String {
    if isInterrupted, total.outputBytes == 0 {
      let unit = promptBytes == 1 ? "byte" : "bytes"
      return "Interrupted before the first byte; the prompt has \(promptBytes) \(unit).\n"
    }
    let speeds =
      [
        total.speculative.map { Self.speedLine("speculative", $0) },
        total.plain.map { Self.speedLine("plain", $0) },
        comparisonLine, ruleLine,
      ].compactMap { $0 }
    let lines =
      speeds + [roundsLine, timeLine, endLine, differenceLine, statusLine].compactMap { $0 }
    return lines.map { "\($0)\n" }.joined()
  }

  private static func speedLine(_ name: String, _ generation: GenerationReport) -> String {
    let speed = pad(NumberText.fixed(generation.bytesPerSecond, digits: 0), to: 6, atEnd: false)
    let seconds = NumberText.seconds(generation.timing.decoding)
    return "\(pad(name, to: 12))\(speed) bytes/s   "
      + "(\(generation.outputBytes) bytes in \(seconds))"
  }

  private var comparisonLine: String? {
    guard total.identical != nil || total.speedup != nil else { return nil }
    let speedup = total.speedup.map { NumberText.fixed($0, digits: 2) + "x" } ?? "-"
    let identical = total.identical.map { $0 ? "yes" : "NO" } ?? "not promised"
    return Self.pad("speedup", to: 12) + Self.pad(speedup, to: 7, atEnd: false)
      + "           identical: \(identical)"
  }

  /// There under every rule but `exact`, and with or without a baseline.
  private var ruleLine: String? {
    total.rule.map { Self.pad("rule", to: 12) + $0.text }
  }

  private var roundsLine: String? {
    guard let drafting = total.drafting, drafting.rounds > 0 else { return nil }
    func number(_ value: Double?) -> String {
      value.map { NumberText.fixed($0, digits: 1) } ?? "-"
    }
    return Self.pad("rounds", to: 12)
      + "\(drafting.rounds) · \(number(drafting.bytesPerRound)) bytes a round · "
      + "acceptance \(NumberText.percent(drafting.acceptanceRate, digits: 1)) of tested drafted "
      + "bytes · \(number(drafting.draftTokensPerRound)) draft tokens a round"
  }

  private var timeLine: String? {
    let timing = total.timing
    guard timing.total > 0 else { return nil }
    func share(_ seconds: Double) -> String {
      NumberText.percent(timing.decoding > 0 ? seconds / timing.decoding : nil)
    }
    let parts =
      total.drafting == nil
      ? "verify \(share(timing.verify)) · rest \(share(timing.rest))"
      : "draft \(share(timing.draft)) · verify \(share(timing.verify)) · "
        + "roll back \(share(timing.rollBack)) · rest \(share(timing.rest))"
    let times = samples.count > 1 ? ", \(samples.count) times" : ""
    let sides =
      total.drafting == nil
      ? ""
      : " (verifier \(NumberText.seconds(timing.verifierPrefill)),"
        + " drafter \(NumberText.seconds(timing.drafterPrefill)))"
    return Self.pad("time", to: 12) + parts
      + "\n" + Self.pad("prefill", to: 12)
      + "\(NumberText.seconds(timing.prefill))\(sides) for \(promptBytes) prompt bytes\(times), "
      + "not counted above"
  }

  private var differenceLine: String? {
    guard total.identical == false, let (sample, byte) = firstDifference else { return nil }
    let which = samples.count > 1 ? " of the sample with seed \(sample.seed)" : ""
    return "The outputs differ, first at byte \(byte)\(which) (counted from 0). They never may: "
      + "please report it, with the report that --json gives."
  }

  /// Why the outputs ended; nil where it can only have been the limit.
  private var endLine: String? {
    let reasons = samples.compactMap(\.stopReason)
    guard configuration.options.endsBeforeLimit, !isInterrupted, !reasons.isEmpty else {
      return nil
    }
    let texts: [(StopReason, String)] = [
      (.stopText, "by a stop text"), (.stopByte, "by a stop byte"), (.maxBytes, "by the limit"),
    ]
    let parts = texts.compactMap { reason, text -> String? in
      let count = reasons.count { $0 == reason }
      return count == 0 ? nil : reasons.count == 1 ? text : "\(count) \(text)"
    }
    return Self.pad("ended", to: 12) + parts.joined(separator: " · ")
  }

  private var statusLine: String? {
    isInterrupted ? "Interrupted after \(total.outputBytes) bytes." : nil
  }

  private static func pad(_ text: String, to width: Int, atEnd: Bool = true) -> String {
    let padding = String(repeating: " ", count: max(0, width - text.count))
    return atEnd ? text + padding : padding + text
  }
}
