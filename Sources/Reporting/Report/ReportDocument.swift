/// A report: sections of text, tables and figures. Markdown has all but the figures.
package struct ReportDocument: Sendable, Equatable {
  /// A part of a report under a title of its own.
  package struct Section: Sendable, Equatable {
    /// The title.
    package var title: String
    /// What is shown, in a few sentences.
    package var paragraphs: [String] = []
    /// Charts, for the page and for files of their own.
    package var charts: [Figure] = []
    /// Whether all charts but the first are folded, each under its label.
    package var foldsCharts = false
    /// What else only a page shows.
    package var figures: [Markup] = []
    /// Numbers.
    package var tables: [ReportTable] = []
    /// Whether the tables only repeat the figures, so that a page may fold them away.
    package var foldsTables = false

    /// Nothing under a title yet.
    package init(_ title: String) {
      self.title = title
    }

    /// Whether there is nothing in it.
    package var isEmpty: Bool {
      paragraphs.isEmpty && figures.isEmpty && charts.isEmpty
        && tables.allSatisfy { $0.rows.isEmpty }
    }
  }

  /// Sections about one thing.
  package struct Chapter: Sendable, Equatable {
    /// The title; nil when there is only one chapter.
    package var title: String?
    /// Its sections; empty ones are left out.
    package var sections: [Section]

    /// A chapter of sections.
    package init(title: String? = nil, sections: [Section]) {
      self.title = title
      self.sections = sections.filter { !$0.isEmpty }
    }
  }

  /// The title of all.
  package var title: String
  /// The best that was measured, of each run.
  package var headlines: [Headline] = []
  /// What matters most, a sentence each.
  package var findings: [String]
  /// The rest.
  package var chapters: [Chapter]

  /// A report of chapters.
  package init(
    title: String, headlines: [Headline] = [], findings: [String], chapters: [Chapter]
  ) {
    self.title = title
    self.headlines = headlines
    self.findings = findings
    self.chapters = chapters
  }

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
