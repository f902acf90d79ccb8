import Foundation
package import SpeculativeDecoding

/// The output of a generation, each byte with where it came from.
package struct ProvenanceText: Sendable, Equatable {
  /// Bytes of one provenance that were written in one round, never a part of a scalar.
  package struct Piece: Sendable, Equatable {
    /// The bytes.
    package var bytes: [UInt8]
    /// Where they came from; of several, the one that says least for the draft.
    package let provenance: ByteProvenance
  }

  /// What one round wrote and did.
  package struct Round: Sendable, Equatable {
    /// Its number, from 0.
    package let number: Int
    /// Bytes written, in order; a scalar belongs to the round that completed it.
    package var pieces: [Piece] = []
    /// Drafted bytes that were rejected: they would have come after the accepted ones.
    package let rejected: [UInt8]
    /// Tokens drafted.
    package let tokens: Int
    /// Bytes drafted and handed to the verifier.
    package let drafted: Int
    /// How many of them were accepted.
    package let accepted: Int
    /// Bytes that the round decided.
    package let bytes: Int
    /// Seconds from the event before.
    package let seconds: Double
  }

  /// In order.
  package private(set) var rounds: [Round]

  /// Nil when the sample has not kept its output, or its rounds do not say what was drafted.
  package init?(_ sample: BenchmarkSample) {
    guard let output = sample.output, sample.rounds.accepted != nil,
      output.count == sample.outputBytes
    else { return nil }
    rounds = (0..<sample.rounds.count).map { Round(sample.rounds, number: $0) }
    let sources = rounds.flatMap { round in (0..<round.bytes).map { (round.number, $0) } }
    var segmenter = ScalarSegmenter()
    var pieces = zip(output, sources).flatMap { byte, source in
      segmenter.append(byte, rounds[source.0].provenance(of: source.1))
    }
    if let last = segmenter.finish() { pieces.append(last) }
    var end = 0
    for piece in pieces {
      end += piece.bytes.count
      rounds[sources[end - 1].0].append(piece)
    }
  }
}

extension ProvenanceText.Round {
  fileprivate init(_ rounds: BenchmarkRounds, number: Int) {
    self.number = number
    rejected = rounds.rejected.map { Array($0[number]) } ?? []
    tokens = rounds.tokens?[number] ?? 0
    accepted = rounds.accepted?[number] ?? 0
    drafted = rounds.drafted?[number] ?? accepted
    bytes = rounds.byteCount(of: number)
    seconds = Double(rounds.nanoseconds[number]) * 1e-9
  }

  fileprivate func provenance(of place: Int) -> ByteProvenance {
    if place < accepted { return .accepted }
    return place == accepted && drafted > accepted ? .corrected : .verifier
  }

  fileprivate mutating func append(_ piece: ScalarSegmenter.Piece) {
    if let last = pieces.indices.last, pieces[last].provenance == piece.provenance {
      pieces[last].bytes += piece.bytes
    } else {
      pieces.append(ProvenanceText.Piece(bytes: piece.bytes, provenance: piece.provenance))
    }
  }
}

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
