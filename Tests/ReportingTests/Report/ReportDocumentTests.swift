import Foundation
import Reporting
import SpeculativeDecoding
import Testing

struct ReportDocumentTests {
  private static let hostile = "<script>x</script>|\u{202E}\u{0}\"'&`"

  /// A made-up benchmark that has all kinds of records, hostile names and text.
  static func file(hostile: Bool = false, seed: UInt64 = 1, speedup: Double = 2) -> BenchmarkFile {
    var benchmark = MadeUpBenchmark()
    benchmark.seed = seed
    benchmark.speedup = speedup
    var file = benchmark.file
    if hostile {
      file.configurations[1].name = Self.hostile
      file.runs[0].machine.processor = Self.hostile
      file.runs[0].drafters[0].name = Self.hostile
      for place in file.prompts.indices {
        file.prompts[place].id = "\(place)" + Self.hostile
        file.prompts[place].category = Self.hostile + "\(place % 2)"
        file.prompts[place].bytes = Data(Self.hostile.utf8)
      }
    }
    for place in file.samples.indices where file.samples[place].configuration == 1 {
      file.samples[place].output = Data(Self.hostile.utf8.prefix(12))
      file.samples[place].rounds.rejected = [
        Data("<b>".utf8), Data(), Data([0xFF, 0x3C]),
      ]
    }
    for size in [1, 2, 4, 8, 16] {
      let seconds = [0.9, 1, 1.1].map { $0 * (1 + 0.1 * Double(size)) }
      file.costs.append(BenchmarkCost(work: .verify, size: size, seconds: seconds))
    }
    file.costs.append(BenchmarkCost(work: .rollBack, size: 8, seconds: [0.01]))
    for size in [1, 2] {
      file.costs.append(
        BenchmarkCost(work: .draftToken, size: size, drafter: 0, seconds: [0.02, 0.03]))
    }
    return file
  }

  private static func document(_ files: [BenchmarkFile], names: [String] = ["a", "b", "c"])
    -> ReportDocument
  {
    ReportDocument(
      zip(names, files).map { ReportedRun(name: $0, file: $1, resamples: 200) }, textLimit: 3)
  }

  /// The names of elements that are open at the end, or that close what is not open.
  private static func unbalanced(_ page: String) -> [String] {
    var open: [String] = []
    var faults: [String] = []
    for part in page.split(separator: "<").dropFirst() where !part.hasPrefix("!") {
      let name = String(part.prefix { $0.isLetter || $0.isNumber || $0 == "/" })
      if name.hasPrefix("/") {
        if open.popLast() != String(name.dropFirst()) { faults.append(name) }
      } else if !["meta", "input", "br"].contains(name) {
        open.append(name)
      }
    }
    return faults + open
  }

  @Test(arguments: [1, 2, 3]) func `a page is well-formed, with every chart`(count: Int) {
    let page = Self.document(Array(repeating: Self.file(), count: count)).page
    #expect(Self.unbalanced(page).isEmpty)
    for label in [
      "Speedup by prompt, auto", "Where the time goes", "Acceptance by position", "Bytes a round",
      "Cost of verification by window", "Speedup by draft length",
    ] {
      #expect(page.contains("aria-label=\"\(label)\""), "\(label)")
    }
    #expect(page.contains("class=\"output\""))
  }

  @Test func `a page begins with the best, and has links to its parts`() throws {
    let document = Self.document([Self.file()])
    let headline = try #require(document.headlines.first)
    #expect(headline.configuration == "a: auto, over 8 prompts")
    #expect(headline.output == "output identical, all 24")
    #expect(headline.setting.hasPrefix("a with a · p, scalar, 2 threads · 2001-01-01"))
    for part in ["speedup-by-prompt", "acceptance-by-position", "how-it-was-measured"] {
      #expect(document.page.contains("<section id=\"\(part)\">"))
      #expect(document.page.contains("<a href=\"#\(part)\">"))
    }
  }

  @Test func `each chart is a file that stands alone`() {
    let charts = Self.document([Self.file(hostile: true), Self.file()]).charts
    #expect(Set(charts.map(\.name)).count == charts.count && charts.count > 10)
    for (name, figure) in charts {
      let text = figure.file
      #expect(text.hasPrefix("<?xml"))
      #expect(name.allSatisfy { $0.isLetter || $0.isNumber || $0 == "-" }, "\(name)")
      for part in ["var(--", "<script", "<div", "<i ", "url(", "\u{202E}"] {
        #expect(!text.contains(part), "\(name): \(part)")
      }
      #expect(Self.unbalanced(String(text.dropFirst(5))).isEmpty)
    }
  }

  @Test func `CSV has a row for each configuration and kind of text`() {
    let run = ReportedRun(name: "=a,b", file: Self.file(hostile: true), resamples: 200)
    let lines = ReportCSV.text([run]).components(separatedBy: "\r\n")
    #expect(lines.count == 1 + 2 * 3 + 1)
    #expect(lines[0].hasPrefix("run,configuration,acceptance_rule,"))
    #expect(lines.dropFirst().dropLast().allSatisfy { $0.hasPrefix("\"'=a,b\",") })
    #expect(lines[4].contains(",exact,0.0,all,8,24,"))
  }

  @Test func `an interval that leaves the axis does not stretch it`() {
    let rows = (0..<5).map { place in
      ForestPlot.Row(
        "\(place)", 1.5, interval: Interval(lower: place == 0 ? 0.01 : 1.4, upper: 90))
    }
    let source = ForestPlot("x", axis: "x", rows: rows).figure.markup.source
    #expect(source.contains("the interval goes on"))
    #expect(!source.contains(">10x<") && !source.contains(">0.1x<"))
  }

  @Test func `names that are too long are cut in the middle, and stay apart`() {
    let names = ["0", "0.7"].map { "a drafter with a long name, 2 tokens, rejection, T = \($0)" }
    let rows = names.map { ForestPlot.Row($0, 2, interval: nil) }
    let source = ForestPlot("x", axis: "x", rows: rows).figure.markup.source
    for end in ["T = 0<", "T = 0.7<"] { #expect(source.contains(end)) }
    #expect(source.contains("a drafter with…"))
  }

  @Test func `a page loads nothing and runs nothing`() {
    let page = Self.document([Self.file()]).page
    for part in [
      "<script", "<link", "<img", "http://", "https://", "url(", "@import", "javascript:",
    ] {
      #expect(!page.contains(part), "\(part)")
    }
    #expect(page.contains("default-src &#39;none&#39;"))
  }

  @Test func `hostile names and text stay text`() {
    let document = Self.document([Self.file(hostile: true)], names: [Self.hostile])
    #expect(Self.unbalanced(document.page).isEmpty)
    #expect(!document.page.contains("<script"))
    #expect(!document.page.contains("<b>"))
    #expect(!document.page.unicodeScalars.contains("\u{202E}"))
    #expect(!document.page.unicodeScalars.contains("\u{0}"))
    #expect(!document.markdown.replacing("\\<", with: "").contains("<"))
    #expect(!document.markdown.unicodeScalars.contains("\u{202E}"))
    #expect(document.markdown.contains("\\<script\\>"))
  }

  @Test func `the numbers are those of the summary`() throws {
    let file = Self.file()
    let summary = BenchmarkSummary(file, resamples: 200)
    let overall = try #require(summary.configurations.last?.overall)
    let speedup = try #require(overall.speedup)
    let markdown = Self.document([file]).markdown
    #expect(markdown.contains(NumberText.factor(speedup.ratio, speedup.interval)))
    #expect(markdown.contains(NumberText.factor(speedup.geometricMean)))
    #expect(markdown.contains(NumberText.percent(overall.rounds?.counts.acceptanceRate, digits: 1)))
    for prompt in speedup.prompts {
      #expect(markdown.contains("| p\(prompt.prompt) | \(NumberText.factor(prompt.ratio))"))
    }
  }

  @Test func `outputs that differ though they may not are the finding, and have no speedup`() {
    var file = Self.file()
    for place in file.samples.indices where file.samples[place].configuration == 1 {
      file.samples[place].identical = false
      file.samples[place].firstDifference = 3
    }
    let document = Self.document([file])
    #expect(document.findings.contains { $0.contains("24 of 24 outputs differ") })
    #expect(document.markdown.contains("NO: 24 of 24 differ"))
  }

  @Test(arguments: [
    ("rejection", "same distribution"), ("top-beta:3", "lossy"), ("unheard-of", "lossy"),
  ])
  func `a rule that may write other bytes is called what it is`(rule: String, word: String) throws {
    var file = Self.file()
    file.configurations[1].acceptance = rule
    file.configurations[1].promisesIdentity = false
    for place in file.samples.indices where file.samples[place].configuration == 1 {
      file.samples[place].identical = false
    }
    let document = Self.document([file])
    #expect(document.findings.contains { $0.contains(word) })
    #expect(document.markdown.contains("| \(word), 24 of 24 differ |"))
    #expect(document.markdown.contains("lossy") == (word == "lossy"))
    let summary = BenchmarkSummary(file, resamples: 10)
    #expect(summary.text.contains("(\(word) is promised)"))
    let json = try JSONSerialization.jsonObject(with: summary.json()) as? [String: Any]
    let configurations = try #require(json?["configurations"] as? [[String: Any]])
    #expect(
      configurations.map { $0["promise"] as? String }
        == ["identical", word.replacing(" ", with: "_")])
  }

  @Test func `the fastest are those of each rule and temperature`() {
    var file = Self.file()
    let samples = file.samples.filter { $0.configuration == 1 }
    for (id, rule) in zip(2..., ["exact", "rejection", "rejection", "top-beta:3"]) {
      var configuration = file.configurations[1]
      configuration.id = id
      configuration.name = "\(rule) \(id)"
      configuration.acceptance = rule
      configuration.promisesIdentity = rule == "exact"
      file.configurations.append(configuration)
      file.samples += samples.map { sample in
        var copy = sample
        copy.configuration = id
        if id == 4 { copy.timing = TimingReport([]) }
        return copy
      }
    }
    let findings = Self.document([file]).findings
    #expect(findings.contains { $0.hasPrefix("top-beta:3 5: ") })
    #expect(findings.last?.contains("of each temperature and each rule") == true)
  }

  @Test func `costs of nothing predict nothing, and are no error`() throws {
    var file = Self.file()
    for place in file.costs.indices where file.costs[place].work != .step {
      file.costs[place].seconds = [0]
    }
    let run = ReportedRun(name: "a", file: file, resamples: 10)
    #expect(run.outlooks.isEmpty)
    #expect(try !ReportJSON([run]).data().isEmpty)
  }

  @Test func `of many configurations the fastest is the finding, and every broken promise`() {
    var file = Self.file()
    let samples = file.samples.filter { $0.configuration == 1 }
    for id in 2...5 {
      var configuration = file.configurations[1]
      configuration.id = id
      configuration.name = "number \(id)"
      file.configurations.append(configuration)
      file.samples += samples.map { sample in
        var copy = sample
        copy.configuration = id
        copy.identical = id != 4
        if id == 3 { copy.timing = TimingReport([]) }
        return copy
      }
    }
    let findings = Self.document([file]).findings
    #expect(findings.contains { $0.hasPrefix("number 4: 24 of 24 outputs differ") })
    #expect(findings.contains { $0.hasPrefix("auto: ") })
    #expect(!findings.contains { $0.hasPrefix("number 3: ") })
    #expect(findings.last?.contains("Of 5 configurations these are the fastest") == true)
  }

  @Test func `a cut-off run and missing shards are said`() throws {
    var file = Self.file()
    file.ends = []
    #expect(Self.document([file]).findings.contains { $0.contains("cut off") })
    let shard = try #require(Shard("1/3"))
    let part = MadeUpBenchmark().file(shard: shard)
    #expect(Self.document([part]).findings.contains { $0.contains("Only 1 of 3 shards") })
  }

  @Test func `JSON has the summary and the outlook of each run`() throws {
    let runs = [ReportedRun(name: "a", file: Self.file(), resamples: 200)]
    let json = try JSONSerialization.jsonObject(with: ReportJSON(runs).data())
    let object = try #require(json as? [String: Any])
    #expect(object["schema"] as? String == "specdecode.report/2")
    let run = try #require((object["runs"] as? [[String: Any]])?.first)
    let outlook = try #require((run["outlooks"] as? [[String: Any]])?.first)
    #expect(outlook["break_even_acceptance"] is Double)
    #expect((outlook["prediction"] as? [String: Any])?["speedup"] is Double)
    #expect((run["summary"] as? [String: Any])?["configurations"] != nil)
  }

  @Test func `an interval of repetitions needs two, and holds the ratio`() {
    let file = Self.file()
    let samples = Dictionary(grouping: file.samples, by: \.configuration)
    let summary = BenchmarkSummary(file, resamples: 200)
    let speedup = summary.configurations[1].overall.speedup
    let prompts = speedup.map {
      PromptSpeedup.all($0, samples: samples[1, default: []], baseline: samples[0, default: []])
    }
    #expect(prompts?.count == 8)
    #expect(prompts?.allSatisfy { $0.interval?.contains($0.ratio) == true } == true)
    let single = samples[1, default: []].filter { $0.repetition == 0 }
    let alone = speedup.map {
      PromptSpeedup.all($0, samples: single, baseline: samples[0, default: []])
    }
    #expect(alone?.allSatisfy { $0.interval == nil } == true)
  }
}
