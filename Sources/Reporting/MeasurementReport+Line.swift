import SpeculativeDecoding

extension MeasurementReport {
  /// The figures of a generation in one line, with a newline.
  package var line: String {
    let generation = speculative ?? plain
    var parts = [NumberText.count(outputBytes, "byte")]
    if let generation, generation.bytesPerSecond > 0 {
      parts.append("\(NumberText.fixed(generation.bytesPerSecond, digits: 0)) bytes/s")
    }
    if let drafting, let length = drafting.meanAcceptanceLength {
      parts.append("\(NumberText.fixed(length, digits: 1)) bytes a round")
      parts.append("\(NumberText.percent(drafting.acceptanceRate)) of drafted bytes accepted")
    }
    if let rule, rule.rule.isLossy { parts.append(rule.heading) }
    return "[" + parts.joined(separator: " · ") + "]\n"
  }
}
