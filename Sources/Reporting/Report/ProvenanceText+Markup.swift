import SpeculativeDecoding

extension ProvenanceText {
  /// The text with its bytes coloured; what was rejected is there, but not shown.
  package var markup: Markup { .sequence(rounds.map(\.markup)) }
}

extension ProvenanceText.Round {
  fileprivate var markup: Markup {
    let place = pieces.firstIndex { $0.provenance != .accepted } ?? pieces.count
    let dropped =
      rejected.isEmpty ? Markup.empty : .element("del", text: Self.visible(rejected))
    let parts =
      pieces[..<place].map(Self.markup(of:)) + [dropped] + pieces[place...].map(Self.markup(of:))
    return .element("span", ["class": "r", "title": title], parts)
  }

  private var title: String {
    let did =
      drafted == 0
      ? "nothing drafted"
      : "\(NumberText.count(drafted, "byte")) drafted in \(NumberText.count(tokens, "token")), "
        + "\(accepted) accepted"
    return "round \(number + 1): \(did), \(bytes) written in \(NumberText.seconds(seconds))"
      + (number == 0 ? ", the prompt read in it" : "")
  }

  private static func markup(of piece: ProvenanceText.Piece) -> Markup {
    let name =
      switch piece.provenance {
      case .accepted: "a"
      case .corrected: "c"
      case .verifier: "o"
      }
    return .element("span", ["class": name], text: visible(piece.bytes))
  }

  /// A newline also shows its sign: its colour would not be seen.
  private static func visible(_ bytes: [UInt8]) -> String {
    VisibleText.of(bytes).split(separator: "\n", omittingEmptySubsequences: false)
      .joined(separator: "↵\n")
  }
}
