extension ReportDocument.Section {
  /// The speedup of each configuration by the kind of text.
  static func categories(_ run: ReportedRun) -> Self? {
    let configurations = run.speculative.map(\.summary)
    var names: [String] = []
    for category in configurations.flatMap(\.categories).compactMap(\.category)
    where !names.contains(category) {
      names.append(category)
    }
    guard names.count > 1 else { return nil }
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
    var plot = ForestPlot(
      "Speedup by kind of text", axis: "speedup over plain decoding (times)", rows: rows)
    plot.legend = fastest.map { .init(name: $0.summary.configuration.name, style: $0.style) }
    return Self(
      title: "Speedup by kind of text", charts: rows.isEmpty ? [] : [plot.figure],
      tables: [
        ReportTable(
          ["kind"] + configurations.map(\.configuration.name),
          names.map { name in
            [name]
              + configurations.map { summary in
                let group = summary.categories.first { $0.category == name }
                return NumberText.factor(group?.speedup?.ratio, group?.speedup?.interval)
              }
          })
      ])
  }
}
