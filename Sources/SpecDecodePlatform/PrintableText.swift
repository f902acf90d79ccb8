/// The text in quotation marks, made safe to print.
package func quoted(_ text: String) -> String {
  "\"\(shown(text))\""
}

/// The text with control, formatting and unassigned characters escaped, at most 300 scalars of it:
/// a hostile name cannot drive the terminal.
package func shown(_ text: String) -> String {
  let limit = 300
  var result = ""
  for scalar in text.unicodeScalars.prefix(limit) {
    switch scalar.properties.generalCategory {
    case .control, .format, .lineSeparator, .paragraphSeparator, .privateUse, .unassigned:
      result += "\\u{" + String(scalar.value, radix: 16, uppercase: true) + "}"
    default:
      result.unicodeScalars.append(scalar)
    }
  }
  return text.unicodeScalars.dropFirst(limit).isEmpty ? result : result + "…"
}
