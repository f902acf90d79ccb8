extension ReportDocument.Section {
  /// The texts themselves, every byte coloured by where it came from.
  ///
  /// - Parameters:
  ///   - limit: the most texts of each configuration; of every kind of text one comes first.
  ///   - place: which run of the report it is, so that its switches have names of their own.
  static func texts(_ run: ReportedRun, limit: Int, place: Int) -> Self? {
    var parts: [Markup] = []
    var left = 0
    for (summary, _) in run.speculative {
      let id = summary.configuration.id
      let samples = run.file.samples.filter { $0.configuration == id && $0.output != nil }
      let chosen = Self.chosen(samples, run: run)
      let texts = chosen.prefix(limit).enumerated().compactMap { index, sample in
        text(of: sample, run: run, isOpen: index == 0)
      }
      left += max(0, chosen.count - limit)
      guard !texts.isEmpty else { continue }
      let switchName = "rejected-\(place)-\(id)"
      parts.append(
        .element(
          "div", [:],
          [
            .element("h3", text: summary.configuration.name),
            .element("input", ["type": "checkbox", "id": switchName, "class": "toggle"]),
            .element("label", ["for": switchName], text: "show rejected drafts"),
          ] + texts))
    }
    guard !parts.isEmpty else { return nil }
    // Nothing of this is for Markdown, which shows sections with text only.
    let rest = left > 0 ? [Markup.element("p", text: "\(left) more texts are in the file.")] : []
    return Self(
      title: "The text, byte by byte", figures: [legend, .sequence(parts)] + rest)
  }

  private static var legend: Markup {
    func entry(_ name: String, _ text: String) -> Markup {
      .element("span", [:], [.element("span", ["class": name], text: "text"), .text(text)])
    }
    return .element(
      "div", ["class": "legend"],
      [
        entry("a", "drafted and accepted"),
        entry("c", "the verifier's, in place of a rejected draft"),
        entry("o", "the verifier's own"),
        .element("span", text: "Point at a text to see its round."),
      ])
  }

  /// The first repetition of each prompt, the first prompt of each kind before the others.
  private static func chosen(_ samples: [BenchmarkSample], run: ReportedRun) -> [BenchmarkSample] {
    let first = Dictionary(grouping: samples, by: \.prompt).compactMapValues {
      $0.min { $0.repetition < $1.repetition }
    }
    var seen: Set<String> = []
    var leading: [BenchmarkSample] = []
    var others: [BenchmarkSample] = []
    for prompt in run.file.prompts {
      guard let sample = first[prompt.index] else { continue }
      if seen.insert(prompt.category).inserted {
        leading.append(sample)
      } else {
        others.append(sample)
      }
    }
    return leading + others
  }

  private static func text(
    of sample: BenchmarkSample, run: ReportedRun, isOpen: Bool
  ) -> Markup? {
    guard let text = ProvenanceText(sample),
      let prompt = run.file.prompts.first(where: { $0.index == sample.prompt })
    else { return nil }
    let tail = Array(prompt.bytes.suffix(200))
    let start = prompt.bytes.count > 200 ? "… " : ""
    return .element(
      "details", ["open": isOpen ? "open" : nil],
      [
        .element("summary", text: "\(prompt.id) (\(prompt.category))"),
        .element(
          "div", ["class": "output"],
          [
            .element("span", ["class": "prompt"], text: start + VisibleText.of(tail)),
            text.markup,
          ]),
      ])
  }
}
