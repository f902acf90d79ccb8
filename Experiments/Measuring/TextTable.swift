/// Rows in columns, as Markdown that is also aligned for the eye.
package struct TextTable: Sendable {
  private let header: [String]
  private var rows: [[String]] = []

  /// A table without rows.
  package init(_ header: [String]) {
    self.header = header
  }

  /// Adds a row with as many cells as the header has.
  package mutating func append(_ row: [String]) {
    precondition(row.count == header.count)
    rows.append(row)
  }

  /// Lines that end with a newline each.
  package var text: String {
    let widths = header.indices.map { column in
      max(3, ([header] + rows).map { $0[column].count }.max() ?? 0)
    }
    func line(_ cells: [String]) -> String {
      let padded = zip(cells, widths).map { cell, width in
        cell + String(repeating: " ", count: width - cell.count)
      }
      return "| \(padded.joined(separator: " | ")) |\n"
    }
    return line(header) + line(widths.map { String(repeating: "-", count: $0) })
      + rows.map(line).joined()
  }
}
