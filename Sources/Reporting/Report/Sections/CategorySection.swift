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
    // More than the fastest few are a table.
    let fastest = run.speculative.filter { $0.summary.overall.speedup != nil }.sorted {
      ($0.summary.overall.speedup?.ratio ?? 0) > ($1.summary.overall.speedup?.ratio ?? 0)
    }.prefix(3)
    let rows = names.flatMap { name in
      let groups = fastest.compactMap { summary, style in
        summary.categories.first { $0.category == name }?.speedup.map { ($0, style) }
      }
      return groups.enumerated().map { place, group in
        ForestPlot.Row(
          place == 0 ? name : "", group.0.ratio, interval: group.0.interval, style: group.1)
      }
    }
    if !rows.isEmpty {
      var plot = ForestPlot(
        "Speedup by kind of text", axis: "speedup over plain decoding (times)", rows: rows)
      plot.legend = fastest.map { .init($0.summary.configuration.name, $0.style) }
      section.charts = [plot.figure]
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
