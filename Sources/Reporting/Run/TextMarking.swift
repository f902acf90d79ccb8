package import SpeculativeDecoding

/// How an output shows where its bytes come from.
package struct TextMarking: Sendable, Equatable {
  /// Whether accepted and corrected bytes are coloured.
  package var highlights: Bool
  /// Whether rejected bytes are shown.
  package var showsRejected: Bool
  /// Whether escape sequences may be used; rejected bytes stand in brackets without them.
  package var hasColours: Bool

  /// Chooses what to show.
  package init(highlights: Bool, showsRejected: Bool, hasColours: Bool) {
    self.highlights = highlights
    self.showsRejected = showsRejected
    self.hasColours = hasColours
  }

  /// Whether the output is anything but its bytes.
  package var changesOutput: Bool { showsRejected || (highlights && hasColours) }

  /// Ends every style.
  package static let plain = Array("\u{1B}[0m".utf8)

  /// Begins the style of rejected bytes: struck through, faint, red.
  package static let rejectedStyle = Array("\u{1B}[2;9;31m".utf8)

  /// Begins the style of a kind of byte; empty where it has none.
  package static func style(of provenance: ByteProvenance) -> [UInt8] {
    switch provenance {
    case .accepted: Array("\u{1B}[32m".utf8)
    case .corrected: Array("\u{1B}[33m".utf8)
    case .verifier: []
    }
  }

  /// What the marks mean, in a line with a newline; nil where there are none.
  ///
  /// - Parameter isColoured: whether the line itself may be coloured.
  package func legend(isColoured: Bool) -> String? {
    var entries: [String] = []
    func add(_ text: String, _ style: [UInt8]) {
      let ends = isColoured && hasColours && !style.isEmpty
      entries.append(
        ends
          ? String(decoding: style + Array(text.utf8) + Self.plain, as: UTF8.self)
          : text)
    }
    if highlights, hasColours {
      add("green: drafted and accepted", Self.style(of: .accepted))
      add("yellow: the verifier's correction of a draft", Self.style(of: .corrected))
      add("no colour: the verifier's own, nothing drafted", [])
    }
    if showsRejected {
      add(
        hasColours ? "struck through: drafted and rejected" : "[-…-]: drafted and rejected",
        Self.rejectedStyle)
    }
    return entries.isEmpty ? nil : entries.joined(separator: " · ") + "\n"
  }
}
