extension ReportDocument {
  /// The report as one HTML file that needs nothing else: no network, no script.
  package var page: String {
    let head = Markup.element(
      "head", [:],
      [
        .element("meta", ["charset": "utf-8"]),
        .element(
          "meta", ["name": "viewport", "content": "width=device-width, initial-scale=1"]),
        .element("meta", ["name": "color-scheme", "content": "light dark"]),
        // Whatever slipped through: the page may load and run nothing.
        .element(
          "meta",
          [
            "http-equiv": "Content-Security-Policy",
            "content": "default-src 'none'; style-src 'unsafe-inline'",
          ]),
        .element("title", text: title),
        PageStyle.element,
      ])
    let lead =
      findings.isEmpty
      ? Markup.empty
      : .element("ul", ["class": "findings"], findings.map { .element("li", text: $0) })
    let parts = parts
    let body = Markup.element(
      "body", [:],
      [
        .element(
          "main", [:],
          [.element("h1", text: title)] + headlines.map(\.markup) + [lead, contents(parts)]
            + parts.map { Self.markup(of: $0.section, title: $0.title, name: $0.name) })
      ])
    return "<!DOCTYPE html>\n" + Markup.element("html", ["lang": "en"], [head, body]).source + "\n"
  }

  /// A section, the title of the chapter that begins with it, and its name in links.
  private typealias Part = (title: String?, section: Section, name: String)

  private var parts: [Part] {
    var names: Set<String> = []
    return chapters.flatMap { chapter in
      chapter.sections.enumerated().map { place, section in
        (
          place == 0 ? chapter.title : nil, section,
          Self.unique(Self.slug(section.title), &names)
        )
      }
    }
  }

  private func contents(_ parts: [Part]) -> Markup {
    .element(
      "nav", ["aria-label": "Contents"],
      parts.map { part in
        (part.title.map { .element("p", text: $0) } ?? .empty)
          + .element("a", ["href": "#\(part.name)"], text: part.section.title)
      })
  }

  private static func markup(of section: Section, title: String?, name: String) -> Markup {
    let tables = section.tables.filter { !$0.rows.isEmpty }.map(\.markup)
    let folded: [Markup] =
      section.foldsTables && !tables.isEmpty
      ? [.element("details", [:], [.element("summary", text: "The numbers")] + tables)] : tables
    let charts = section.charts.enumerated().map { place, chart -> Markup in
      guard section.foldsCharts else { return .element("figure", [:], [chart.markup]) }
      return .element(
        "details", ["open": place == 0 ? "open" : nil],
        [.element("summary", text: chart.label), chart.markup])
    }
    let heading = Markup.element(
      "h2", [:], [.element("a", ["href": "#\(name)"], text: section.title)])
    return (title.map { .element("h2", ["class": "run"], text: $0) } ?? .empty)
      + .element(
        "section", ["id": name],
        [heading] + section.paragraphs.map { .element("p", text: $0) } + charts
          + section.figures.map { .element("figure", [:], [$0]) } + folded)
  }
}
