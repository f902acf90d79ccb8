/// Text in Markdown.
package enum MarkdownText {
  private static let special: Set<Unicode.Scalar> = [
    "\\", "`", "*", "_", "[", "]", "<", ">", "|", "#", "~", "&", "!", "$",
  ]

  /// Text that is shown as it is, on one line, also in a table.
  package static func escaped(_ text: String) -> String {
    var result = ""
    for scalar in text.unicodeScalars {
      if scalar == "\n" || scalar == "\t" {
        result += " "
      } else if special.contains(scalar) {
        result += "\\\(scalar)"
      } else {
        result += VisibleText.of(scalar)
      }
    }
    return result
  }
}
