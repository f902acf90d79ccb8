import SpeculativeDecoding

extension RunReport {
  /// The report in plain words, for a terminal; ends with a newline.
  package var text: String {
    if isInterrupted, total.outputBytes == 0 {
      return "Interrupted before the first byte; the prompt has "
        + "\(NumberText.count(promptBytes, "byte")).\n"
    }
    if configuration.options.maxBytes == 0, total.identical == nil {
      return "read \(NumberText.count(promptBytes, "byte")) in "
        + "\(NumberText.seconds(total.timing.prefill))\n"
    }
    let rows = [
      ("speculative", total.speculative.map(Self.speed)), ("plain", total.plain.map(Self.speed)),
      ("speedup", comparison),
      // Under every rule but `exact`, with or without a baseline.
      ("rule", total.rule?.text),
      ("rounds", total.drafting.flatMap { $0.rounds > 0 ? $0.roundsText(digits: 1) : nil }),
      ("acceptance", total.drafting?.acceptanceText), ("time", time), ("prefill", prefill),
      ("device", device), ("ended", end),
    ]
    let lines =
      rows.compactMap { name, text in text.map { NumberText.padded(name, to: 12) + $0 } }
      + [differenceLine, advice, statusLine].compactMap { $0 }
    return lines.map { "\($0)\n" }.joined()
  }

  private static func speed(_ generation: GenerationReport) -> String {
    let speed = NumberText.padded(
      NumberText.fixed(generation.bytesPerSecond, digits: 0), to: 6, atEnd: false)
    let seconds = NumberText.seconds(generation.timing.decoding)
    return "\(speed) bytes/s   (\(NumberText.count(generation.outputBytes, "byte")) in \(seconds))"
  }

  private var comparison: String? {
    guard total.identical != nil || total.speedup != nil else { return nil }
    let speedup = total.speedup.map { NumberText.fixed($0, digits: 2) + "x" } ?? "-"
    let identical = total.identical.map { $0 ? "yes" : "NO" } ?? "not promised"
    return NumberText.padded(speedup, to: 7, atEnd: false) + "           identical: \(identical)"
  }

  private var time: String? {
    let timing = total.timing
    guard timing.total > 0 else { return nil }
    return NumberText.shares(
      total.drafting == nil
        ? [("verify", timing.verify), ("rest", timing.rest)]
        : [
          ("draft", timing.draft), ("verify", timing.verify), ("roll back", timing.rollBack),
          ("rest", timing.rest),
        ]) ?? "-"
  }

  private var prefill: String? {
    let timing = total.timing
    guard timing.total > 0 else { return nil }
    let times = samples.count > 1 ? ", \(samples.count) times" : ""
    let sides =
      total.drafting == nil
      ? ""
      : " (verifier \(NumberText.seconds(timing.verifierPrefill)),"
        + " drafter \(NumberText.seconds(timing.drafterPrefill)))"
    return "\(NumberText.seconds(timing.prefill))\(sides) for a prompt of "
      + "\(NumberText.count(promptBytes, "byte"))\(times), not counted above"
  }

  private var device: String {
    let batch = configuration.batchSize
    let threads = NumberText.threads(
      configuration.threads, measured: configuration.threadsMeasured)
    return "\(configuration.instructionSet), \(threads)"
      + (batch > 1 ? ", \(batch) samples at a time" : "")
  }

  /// Why drafting made nothing faster, and what to do; nil where it did, or is not known to.
  private var advice: String? {
    guard let speedup = total.speedup, speedup < 0.95, let drafting = total.drafting,
      let plain = total.plain, total.outputBytes > 0
    else { return nil }
    let step = NumberText.preciseSeconds(plain.timing.decoding / Double(max(plain.outputBytes, 1)))
    let draft = total.timing.draft / max(total.timing.decoding, .leastNonzeroMagnitude)
    let rate = drafting.testedAcceptanceRate ?? 0
    let reason: String
    if draft > 0.4 {
      reason =
        "the drafter took \(NumberText.percent(draft)) of the time, beside a verifier that needs "
        + "\(step) a byte"
    } else if drafting.testedBytes > 0, rate < 0.5 {
      reason = "the verifier accepted only \(NumberText.percent(rate)) of the bytes that it tested"
    } else {
      reason = "checking several bytes at once saved less than drafting them cost"
    }
    return "Drafting did not pay here: \(reason).\nUse --no-draft, or a "
      + (draft > 0.4 ? "smaller drafter" : "drafter made for this verifier") + "."
  }

  private var differenceLine: String? {
    guard total.identical == false, let (sample, byte) = firstDifference else { return nil }
    let which = samples.count > 1 ? " of the sample with seed \(sample.seed)" : ""
    return "The outputs differ, first at byte \(byte)\(which) (counted from 0). They never may: "
      + "please report it, with the report that --json gives."
  }

  /// Why the outputs ended; nil where it can only have been the limit.
  private var end: String? {
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
    return parts.joined(separator: " · ")
  }

  private var statusLine: String? {
    isInterrupted ? "Interrupted after \(NumberText.count(total.outputBytes, "byte"))." : nil
  }
}
