import SpeculativeDecoding

extension ReportDocument.Section {
  /// As many as the longest window has.
  private static let shownPlaces = 33

  /// What the rounds of a configuration did, and the style of its curves.
  private typealias Curve = (name: String, rounds: RoundSummary, style: SeriesStyle)

  private static func curves(
    _ run: ReportedRun, where isShown: (DecodingTelemetry) -> Bool
  ) -> [Curve] {
    run.speculative.compactMap { summary, style in
      summary.overall.rounds.map { (summary.configuration.name, $0, style) }
    }.filter { isShown($0.rounds.counts) }
  }

  /// A chart of percentages over bytes.
  private static func chart(
    _ label: String, x: String, y: String, _ series: [LineChart.Series]
  ) -> Figure {
    LineChart(
      label: label,
      frame: ChartFrame(
        x: ChartAxis(
          title: x, scale: AxisScale(.linear, covering: series.flatMap(\.points).map(\.x) + [1])),
        y: ChartAxis(title: y, scale: AxisScale(.linear, covering: [0, 100]), suffix: " %")),
      series: series
    ).figure
  }

  /// How often drafted bytes are accepted, place by place.
  static func acceptance(_ run: ReportedRun) -> Self? {
    let known = curves(run) { !$0.positions.isEmpty }
    guard !known.isEmpty else { return nil }
    return Self(
      title: "Acceptance by position",
      paragraphs: [
        "The share of rounds in which the drafted byte at a place, and so every byte before it, "
          + "was accepted, among the rounds that drafted so far. Points of fewer than "
          + "\(DecodingTelemetry.DraftPosition.leastRounds) rounds are faded."
      ],
      charts: [
        chart(
          "Acceptance by position", x: "place of the byte in the draft",
          y: "rounds in which it was accepted",
          known.map { .init(name: $0.name, points: points($0.rounds), style: $0.style) })
      ],
      tables: [table(known)], foldsTables: true)
  }

  private static func points(_ rounds: RoundSummary) -> [LineChart.Point] {
    rounds.counts.positions.prefix(shownPlaces).enumerated().filter { $0.element.drafted > 0 }.map {
      LineChart.Point(
        x: Double($0.offset + 1),
        y: 100 * ($0.element.share ?? 0), isFaded: $0.element.isUncertain,
        note: "of \($0.element.drafted) rounds")
    }
  }

  private static func table(_ known: [Curve]) -> ReportTable {
    let places = min(known.map(\.rounds.counts.positions.count).max() ?? 0, shownPlaces)
    return ReportTable(
      ["place"] + known.flatMap { ["\($0.name): accepted", "of rounds"] },
      (0..<places).map { place in
        ["\(place + 1)"]
          + known.flatMap { _, rounds, _ -> [String] in
            guard rounds.counts.positions.indices.contains(place) else { return ["-", "-"] }
            let position = rounds.counts.positions[place]
            return [NumberText.percent(position.share, digits: 1), "\(position.drafted)"]
          }
      })
  }

  /// How many bytes rounds wrote.
  static func rounds(_ run: ReportedRun) -> Self? {
    let known = curves(run) { $0.rounds > 0 }
    guard !known.isEmpty else { return nil }
    // Of how many rounds at least so many bytes came: curves that many configurations can share.
    let shares = known.map { curve -> [Double] in
      let counts = curve.rounds.bytesHistogram.prefix(shownPlaces + 1).dropFirst()
      return counts.indices.map { place in
        100 * Double(counts[place...].reduce(0, +)) / Double(curve.rounds.counts.rounds)
      }
    }
    let series = zip(known, shares).map { curve, shares in
      let points = shares.enumerated().map {
        LineChart.Point(x: Double($0.offset + 1), y: $0.element)
      }
      return LineChart.Series(name: curve.name, points: points, style: curve.style)
    }
    let rows = (0..<(shares.map(\.count).max() ?? 0)).map { place -> [String] in
      ["\(place + 1)"]
        + shares.map { shares in
          shares.indices.contains(place) ? NumberText.percent(shares[place] / 100, digits: 1) : "-"
        }
    }
    return Self(
      title: "Bytes a round",
      paragraphs: ["The share of rounds that wrote at least so many bytes."],
      charts: [
        chart(
          "Bytes a round", x: "bytes that a round wrote, the verifier's own included",
          y: "rounds with at least so many", series)
      ],
      tables: [ReportTable(["at least, bytes"] + known.map(\.name), rows)], foldsTables: true)
  }
}
