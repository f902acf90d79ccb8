extension ReportDocument.Section {
  /// What was measured, where and how.
  static func machine(_ run: ReportedRun) -> Self {
    let header = run.summary.run
    var table = ReportTable(["what", "value"])
    table.isText = true
    func add(_ name: String, _ value: String?) {
      if let value { table.rows.append([name, value]) }
    }
    let machines = Set(run.file.runs.map { "\($0.machine.processor), \($0.machine.system)" })
    add("machine", machines.sorted().joined(separator: "; "))
    add("cores, threads", "\(header.machine.cores), \(header.threads)")
    add("kernels", header.instructionSet)
    add("program", header.version + (header.commit.map { ", commit \($0)" } ?? ""))
    add("started", header.started)
    add("verifier", describe(header.verifier))
    for drafter in header.drafters { add("drafter", describe(drafter)) }
    add(
      "prompts",
      "\(run.summary.prompts) (\(header.options.prompts)), \(header.options.maxBytes) "
        + "bytes from each")
    add("samples", "\(run.file.samples.count)")
    add("seed", "\(header.options.seed)")
    add("ended", endings(run))
    add("memory, GB/s", memory(run))
    add("shards", shards(run))
    return Self(title: "How it was measured", tables: [table])
  }

  private static func describe(_ model: ModelRecord) -> String {
    "\(model.name), \(NumberText.bytes(model.weightBytes)), \(model.fingerprint.prefix(12))"
  }

  private static func memory(_ run: ReportedRun) -> String? {
    run.summary.memoryBytesPerSecond.map { speed in
      func text(_ value: Double) -> String { NumberText.fixed(value / 1e9, digits: 1) }
      return "median \(text(speed.median)), from \(text(speed.minimum)) to \(text(speed.maximum))"
    }
  }

  private static func endings(_ run: ReportedRun) -> String {
    let words = run.file.ends.map {
      "\($0.status.rawValue.replacing("_", with: " ")) after \(NumberText.seconds($0.seconds))"
    }
    let missing = run.file.runs.count - run.file.ends.count
    return (words + (missing > 0 ? ["\(missing) cut off"] : [])).joined(separator: "; ")
  }

  private static func shards(_ run: ReportedRun) -> String? {
    let present = run.file.runs.compactMap(\.shard)
    guard let count = present.first?.count else { return nil }
    let places = present.map { "\($0.index)" }.joined(separator: ", ")
    return present.count == count ? "all \(count)" : "only \(places) of \(count)"
  }
}
