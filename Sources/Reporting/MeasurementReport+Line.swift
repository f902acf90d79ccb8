extension MeasurementReport {
  /// The figures of a generation in one line, with a newline.
  package var line: String {
    let generation = speculative ?? plain
    var parts = ["\(outputBytes) bytes"]
    if let generation, generation.bytesPerSecond > 0 {
      parts.append("\(NumberText.fixed(generation.bytesPerSecond, digits: 0)) bytes/s")
    }
    if let drafting, let bytesPerRound = drafting.bytesPerRound {
      parts.append("\(NumberText.fixed(bytesPerRound, digits: 1)) bytes a round")
      parts.append("acceptance \(NumberText.percent(drafting.acceptanceRate))")
    }
    return "[" + parts.joined(separator: " · ") + "]\n"
  }
}
