extension EvaluationReport {
  /// The report in plain words; ends with a newline.
  ///
  /// - Parameter showsPositions: whether the table by position is wanted.
  package func text(showsPositions: Bool) -> String {
    var rows = files.map { Self.row($0.path, $0.count) }
    if files.count > 1 { rows.append(Self.row("all", total)) }
    if showsPositions {
      rows.append(["", "", "", ""])
      rows += positions.bands.enumerated().filter { $0.element.bytes > 0 }.map { band, count in
        Self.row("after \(PositionCounts.start(ofBand: band)) bytes", count)
      }
    }
    let header = ["", "bytes", "tokens", "bits a byte"]
    return NumberText.table([header] + rows) + notes.map { "\($0)\n" }.joined()
  }

  private static func row(_ name: String, _ count: EvaluationCount) -> [String] {
    [
      VisibleText.name(name), "\(count.bytes)", "\(count.tokens)",
      count.bitsPerByte.map { NumberText.fixed($0, digits: 4) } ?? "-",
    ]
  }

  private var notes: [String] {
    var notes: [String] = []
    if !shards.isEmpty, shards.count < shards[0].count {
      let parts = shards.map { "\($0.index)" }.joined(separator: ", ")
      notes.append("Part \(parts) of \(shards[0].count) only.")
    }
    if isInterrupted { notes.append("Interrupted: what was measured until then.") }
    if uncoveredBytes > 0 {
      notes.append(
        "\(NumberText.count(uncoveredBytes, "byte")) without a token of the model: not counted.")
    }
    return notes
  }
}
