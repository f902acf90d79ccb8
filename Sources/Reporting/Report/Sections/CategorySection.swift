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
