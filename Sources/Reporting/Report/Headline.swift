/// The best that a benchmark measured: what a reader looks for first.
package struct Headline {
  /// The speedup with its interval.
  package let speedup: String
  /// Which configuration it is, and of how many.
  package let configuration: String
  /// What became of the output.
  package let output: String
  /// Models, machine and date.
  package let setting: String

  /// Nil when nothing has a speedup. Configurations that promise the same bytes come before others:
  /// a lossy one that is faster is no better.
  init?(_ run: ReportedRun) {
    let known = run.summary.configurations.filter { $0.overall.speedup != nil }
    let exact = known.filter { $0.promise == .identical }
    let promised = exact.isEmpty ? known : exact
    // What drafting gives in company is another question.
    let alone = promised.filter { $0.configuration.batch == nil }
    let choice = alone.isEmpty ? promised : alone
    let ratio = { (summary: ConfigurationSummary) in summary.overall.speedup?.ratio ?? 0 }
    guard let best = choice.max(by: { ratio($0) < ratio($1) }) else { return nil }
    speedup = NumberText.factor(best.overall.speedup?.ratio, best.overall.speedup?.interval)
    let which =
      choice.count == 1
      ? "" : ", the fastest of \(choice.count)\(exact.isEmpty ? "" : " that write the same bytes")"
    configuration =
      "\(run.name): \(best.configuration.name)\(which), over "
      + "\(NumberText.count(best.overall.prompts, "prompt"))"
    output = "output \(best.outputText)"
    let header = run.summary.run
    let drafter = header.drafterName(best.configuration.drafter)
    setting = [
      header.verifier.name + (drafter.map { " with \($0)" } ?? ""),
      "\(header.machine.processor), \(header.instructionSet), "
        + header.threadText,
      String(header.started.prefix(10)),
    ].joined(separator: " · ")
  }

  var markdown: String {
    let lines =
      ["**\(MarkdownText.escaped(speedup))**"]
      + [configuration, output, setting].map(MarkdownText.escaped)
    return lines.joined(separator: "  \n") + "\n"
  }

  var markup: Markup {
    .element(
      "div", ["class": "headline"],
      [.element("strong", text: speedup)]
        + [configuration, output, setting].map { .element("p", text: $0) })
  }
}
