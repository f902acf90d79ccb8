/// A report: sections of text, tables and figures. Markdown has all but the figures.
package struct ReportDocument {
  /// A part of a report under a title of its own.
  struct Section {
    /// The title.
    var title: String
    /// What is shown, in a few sentences.
    var paragraphs: [String] = []
    /// Charts, for the page and for files of their own.
    var charts: [Figure] = []
    /// Whether all charts but the first are folded, each under its label.
    var foldsCharts = false
    /// What else only a page shows.
    var figures: [Markup] = []
    /// Numbers.
    var tables: [ReportTable] = []
    /// Whether the tables only repeat the figures, so that a page may fold them away.
    var foldsTables = false

    /// Whether there is nothing in it.
    var isEmpty: Bool {
      paragraphs.isEmpty && figures.isEmpty && charts.isEmpty
        && tables.allSatisfy { $0.rows.isEmpty }
    }
  }

  /// Sections about one thing.
  struct Chapter {
    /// The title; nil when there is only one chapter.
    let title: String?
    let sections: [Section]

    /// A chapter of sections; empty ones are left out.
    init(title: String? = nil, sections: [Section?]) {
      self.title = title
      self.sections = sections.compactMap { $0 }.filter { !$0.isEmpty }
    }
  }

  /// The title of all.
  package let title: String
  /// The best that was measured, of each run.
  package var headlines: [Headline] = []
  /// What matters most, a sentence each.
  package let findings: [String]
  /// The rest.
  let chapters: [Chapter]

  /// All charts, with names for their files.
  package var charts: [(name: String, figure: Figure)] {
    var names: Set<String> = []
    return chapters.flatMap { chapter in
      chapter.sections.flatMap(\.charts).map { figure in
        let full = [chapter.title, figure.label].compactMap { $0 }.joined(separator: " ")
        return (Self.unique(Self.slug(full), &names), figure)
      }
    }
  }

  /// A name of letters, digits and dashes.
  static func slug(_ text: String) -> String {
    String(text.lowercased().map { $0.isASCII && ($0.isLetter || $0.isNumber) ? $0 : "-" })
      .split(separator: "-").joined(separator: "-")
  }

  /// The name, with a number where it is taken.
  static func unique(_ name: String, _ names: inout Set<String>) -> String {
    var candidate = name.isEmpty ? "chart" : String(name.prefix(80))
    var number = 1
    while !names.insert(candidate).inserted {
      number += 1
      candidate = "\(name.prefix(80))-\(number)"
    }
    return candidate
  }

  /// The report in Markdown; ends with a newline.
  package var markdown: String {
    var blocks = ["# \(MarkdownText.escaped(title))\n"] + headlines.map(\.markdown)
    if !findings.isEmpty {
      blocks.append(findings.map { "- \(MarkdownText.escaped($0))\n" }.joined())
    }
    for chapter in chapters {
      if let title = chapter.title { blocks.append("## \(MarkdownText.escaped(title))\n") }
      for section in chapter.sections {
        let isFigureOnly = section.paragraphs.isEmpty && section.tables.isEmpty
        guard !isFigureOnly else { continue }
        let level = chapter.title == nil ? "##" : "###"
        blocks.append("\(level) \(MarkdownText.escaped(section.title))\n")
        blocks += section.paragraphs.map { "\(MarkdownText.escaped($0))\n" }
        blocks += section.tables.filter { !$0.rows.isEmpty }.map(\.markdown)
      }
    }
    return blocks.joined(separator: "\n")
  }
}
