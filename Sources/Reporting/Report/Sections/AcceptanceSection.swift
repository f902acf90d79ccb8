import SpeculativeDecoding

extension ReportDocument.Section {
  /// As many as the longest window has.
  private static let shownPlaces = 33

  /// How often drafted bytes are accepted, place by place.
  package static func acceptance(_ run: ReportedRun) -> Self {
    var section = Self("Acceptance by position")
    let known = run.speculative.compactMap { summary, style in
      summary.overall.rounds.map { (summary.configuration.name, $0, style) }
    }.filter { !$0.1.counts.positions.isEmpty }
    guard !known.isEmpty else { return section }
    section.paragraphs = [
      "The share of rounds in which the drafted byte at a place, and so every byte before it, "
        + "was accepted, among the rounds that drafted so far. Points of fewer than "
        + "\(DecodingTelemetry.DraftPosition.leastRounds) rounds are faded."
    ]
    let series = known.map { name, rounds, style in
      LineChart.Series(name, points(rounds), style: style)
    }
    section.charts = [
      LineChart(
        "Acceptance by position",
        frame: ChartFrame(
          x: ChartAxis(
            "place of the byte in the draft",
            AxisScale(.linear, covering: series.flatMap(\.points).map(\.x) + [1])),
          y: ChartAxis(
            "rounds in which it was accepted", AxisScale(.linear, covering: [0, 100]), suffix: " %")
        ),
        series: series
      ).figure
    ]
    section.tables = [table(known.map { ($0.0, $0.1) })]
    section.foldsTables = true
    return section
  }

  private static func points(_ rounds: RoundSummary) -> [LineChart.Point] {
    rounds.counts.positions.prefix(shownPlaces).enumerated().filter { $0.element.drafted > 0 }.map {
      LineChart.Point(
        x: Double($0.offset + 1),
        y: 100 * ($0.element.share ?? 0), isFaded: $0.element.isUncertain,
        note: "of \($0.element.drafted) rounds")
    }
  }

  private static func table(_ known: [(String, RoundSummary)]) -> ReportTable {
    let places = min(known.map(\.1.counts.positions.count).max() ?? 0, shownPlaces)
    return ReportTable(
      ["place"] + known.flatMap { ["\($0.0): accepted", "of rounds"] },
      (0..<places).map { place in
        ["\(place + 1)"]
          + known.flatMap { _, rounds -> [String] in
            guard rounds.counts.positions.indices.contains(place) else { return ["-", "-"] }
            let position = rounds.counts.positions[place]
            return [NumberText.percent(position.share, digits: 1), "\(position.drafted)"]
          }
      })
  }

  /// How many bytes rounds wrote.
  package static func rounds(_ run: ReportedRun) -> Self {
    var section = Self("Bytes a round")
    let known = run.speculative.compactMap { summary, style in
      summary.overall.rounds.map { (summary.configuration.name, $0, style) }
    }.filter { $0.1.counts.rounds > 0 }
    guard !known.isEmpty else { return section }
    // Of how many rounds at least so many bytes came: curves that many configurations can share.
    func shares(_ rounds: RoundSummary) -> [Double] {
      let counts = rounds.bytesHistogram.prefix(shownPlaces + 1).dropFirst()
      return counts.indices.map { place in
        100 * Double(counts[place...].reduce(0, +)) / Double(rounds.counts.rounds)
      }
    }
    section.paragraphs = ["The share of rounds that wrote at least so many bytes."]
    let curves = known.map { name, rounds, style in
      LineChart.Series(
        name,
        shares(rounds).enumerated().map {
          LineChart.Point(x: Double($0.offset + 1), y: $0.element)
        },
        style: style)
    }
    section.charts = [
      LineChart(
        "Bytes a round",
        frame: ChartFrame(
          x: ChartAxis(
            "bytes that a round wrote, the verifier's own included",
            AxisScale(.linear, covering: curves.flatMap(\.points).map(\.x) + [1])),
          y: ChartAxis(
            "rounds with at least so many", AxisScale(.linear, covering: [0, 100]), suffix: " %")),
        series: curves
      ).figure
    ]
    let longest = known.map { shares($0.1).count }.max() ?? 0
    section.tables = [
      ReportTable(
        ["at least, bytes"] + known.map { "\($0.0)" },
        (0..<longest).map { place in
          ["\(place + 1)"]
            + known.map { _, rounds, _ in
              let shares = shares(rounds)
              return shares.indices.contains(place)
                ? NumberText.percent(shares[place] / 100, digits: 1) : "-"
            }
        })
    ]
    section.foldsTables = true
    return section
  }
}
