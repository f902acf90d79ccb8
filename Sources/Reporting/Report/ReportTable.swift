/// A table of a report: texts that are shown as they are.
struct ReportTable {
  /// The names of the columns; the first column is text, the others are numbers.
  var header: [String]
  /// Whether the other columns are text, too.
  var isText = false
  /// One entry a column in each.
  var rows: [[String]]

  /// A table of rows.
  init(_ header: [String], _ rows: [[String]] = []) {
    self.header = header
    self.rows = rows
  }

  /// The table in Markdown; ends with a newline.
  var markdown: String {
    let others = isText ? " --- |" : " ---: |"
    let rule = "| --- |" + String(repeating: others, count: max(0, header.count - 1))
    return ([line(header), rule] + rows.map(line)).map { "\($0)\n" }.joined()
  }

  private func line(_ cells: [String]) -> String {
    "| " + cells.map(MarkdownText.escaped).joined(separator: " | ") + " |"
  }

  /// The table in HTML; scrolls by itself where the page is narrow.
  var markup: Markup {
    func row(_ cells: [String], _ name: StaticString) -> Markup {
      .element("tr", [:], cells.map { .element(name, text: $0) })
    }
    let table = Markup.element(
      "table", ["class": isText ? "words" : nil],
      [
        .element("thead", [:], [row(header, "th")]),
        .element("tbody", [:], rows.map { row($0, "td") }),
      ])
    return .element("div", ["class": "table"], [table])
  }
}
