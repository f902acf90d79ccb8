/// HTML or SVG that is safe to write into a page: text comes into it escaped only.
package struct Markup: Sendable, Equatable {
  /// The source.
  package private(set) var source: String

  private init(source: String) {
    self.source = source
  }

  /// Nothing.
  package static let empty = Markup(source: "")

  /// Text as it is, characters with a meaning in HTML escaped.
  package static func text(_ text: String) -> Markup {
    Markup(source: escaped(text))
  }

  /// Source written by a programmer.
  package static func literal(_ source: StaticString) -> Markup {
    Markup(source: "\(source)")
  }

  /// An element; attributes stand in the order given, those that are nil are left out.
  package static func element(
    _ name: StaticString, _ attributes: KeyValuePairs<StaticString, String?> = [:],
    _ children: [Markup] = []
  ) -> Markup {
    let list = attributes.compactMap { name, value in
      value.map { " \(name)=\"\(escaped($0))\"" }
    }
    let inner = children.map(\.source).joined()
    let isVoid = ["meta", "input", "br"].contains("\(name)")
    return Markup(source: "<\(name)\(list.joined())>" + (isVoid ? "" : "\(inner)</\(name)>"))
  }

  /// An element around text.
  package static func element(
    _ name: StaticString, _ attributes: KeyValuePairs<StaticString, String?> = [:], text: String
  ) -> Markup {
    element(name, attributes, [.text(text)])
  }

  /// One after the other.
  package static func sequence(_ parts: [Markup]) -> Markup {
    Markup(source: parts.map(\.source).joined())
  }

  /// One behind the other.
  package static func + (left: Markup, right: Markup) -> Markup {
    Markup(source: left.source + right.source)
  }

  /// Text for contents or a quoted attribute. What HTML cannot hold, the control characters, and
  /// what would turn the direction of the page's own text become visible.
  package static func escaped(_ text: String) -> String {
    var result = ""
    result.reserveCapacity(text.utf8.count)
    for scalar in text.unicodeScalars {
      switch scalar {
      case "&": result += "&amp;"
      case "<": result += "&lt;"
      case ">": result += "&gt;"
      case "\"": result += "&quot;"
      case "'": result += "&#39;"
      default: result += VisibleText.of(scalar)
      }
    }
    return result
  }
}
