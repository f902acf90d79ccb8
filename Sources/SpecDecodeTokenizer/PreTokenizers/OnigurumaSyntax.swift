/// Writes a regular expression of Oniguruma (Ruby's syntax) for ICU, the engine of Foundation.
///
/// The two agree but for some classes: in Oniguruma `\s` is the property White_Space, `\w` has no
/// joiners, and outside of brackets the superscripts and fractions of Latin-1, and `\h` is a
/// hexadecimal digit.
enum OnigurumaSyntax {
  private static let word = #"\p{Alphabetic}\p{M}\p{Nd}\p{Pc}"#
  private static let latinNumbers = #"\u00B2\u00B3\u00B9\u00BC-\u00BE"#

  private static let classes: [Unicode.Scalar: String] = [
    "s": #"\p{White_Space}"#, "S": #"\P{White_Space}"#,
    "h": "[0-9a-fA-F]", "H": "[^0-9a-fA-F]",
    "w": "[\(word)\(latinNumbers)]", "W": "[^\(word)\(latinNumbers)]",
  ]

  private static let classesInBrackets = classes.merging(
    ["w": "[\(word)]", "W": "[^\(word)]"]) { $1 }

  /// The same expression in ICU's words.
  static func translated(_ pattern: String) -> String {
    var result = String.UnicodeScalarView()
    var isEscaped = false
    var depth = 0
    for scalar in pattern.unicodeScalars {
      if isEscaped, let name = (depth > 0 ? classesInBrackets : classes)[scalar] {
        result.removeLast()
        result.append(contentsOf: name.unicodeScalars)
      } else {
        result.append(scalar)
      }
      if !isEscaped, scalar == "[" { depth += 1 }
      if !isEscaped, scalar == "]" { depth -= 1 }
      isEscaped = !isEscaped && scalar == "\\"
    }
    return String(result)
  }
}
