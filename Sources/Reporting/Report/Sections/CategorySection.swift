extension ReportDocument.Section {
  /// The speedup of each configuration by the kind of text.
  package static func categories(_ run: ReportedRun) -> Self {
    var section = Self("Speedup by kind of text")
    let configurations = run.speculative.map(\.summary)
    var names: [String] = []
    for category in configurations.flatMap(\.categories).compactMap(\.category)
    where !names.contains(category) {
      names.append(category)
    }
    guard names.count > 1 else { return section }
    // A row a kind for the fastest: more than a few of them are a table.
    let fastest = run.speculative.filter { $0.summary.overall.speedup != nil }.sorted {
      ($0.summary.overall.speedup?.ratio ?? 0) > ($1.summary.overall.speedup?.ratio ?? 0)
    }.prefix(3)
    let rows = names.flatMap { name in
      fastest.compactMap { summary, style -> ForestPlot.Row? in
        let group = summary.categories.first { $0.category == name }
        return group?.speedup.map {
          .init(
            fastest.count == 1 ? name : "\(name), \(summary.configuration.name)", $0.ratio,
            interval: $0.interval, style: style)
        }
      }
    }
    if !rows.isEmpty {
      section.charts = [
        ForestPlot(
          "Speedup by kind of text", axis: "speedup over plain decoding (times)", rows: rows
        ).figure
      ]
    }
    section.tables = [
      ReportTable(
        ["kind"] + configurations.map(\.configuration.name),
        names.map { name in
          [name]
            + configurations.map { summary in
              let group = summary.categories.first { $0.category == name }
              return NumberText.factor(group?.speedup?.ratio, group?.speedup?.interval)
            }
        })
    ]
    return section
  }
}
