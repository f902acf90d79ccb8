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
    let body = Markup.element(
      "body", [:],
      [
        .element(
          "main", [:], [.element("h1", text: title), lead] + chapters.map(Self.markup(of:)))
      ])
    return "<!DOCTYPE html>\n" + Markup.element("html", ["lang": "en"], [head, body]).source + "\n"
  }

  private static func markup(of chapter: Chapter) -> Markup {
    let title = chapter.title.map { Markup.element("h2", ["class": "run"], text: $0) } ?? .empty
    return title + .sequence(chapter.sections.map(markup(of:)))
  }

  private static func markup(of section: Section) -> Markup {
    let tables = section.tables.filter { !$0.rows.isEmpty }.map(\.markup)
    let folded: [Markup] =
      section.foldsTables && !tables.isEmpty
      ? [
        .element(
          "details", [:], [.element("summary", text: "The numbers")] + tables)
      ] : tables
    return .element(
      "section", [:],
      [.element("h2", text: section.title)]
        + section.paragraphs.map { .element("p", text: $0) }
        + section.figures.map { .element("figure", [:], [$0]) } + folded)
  }
}
