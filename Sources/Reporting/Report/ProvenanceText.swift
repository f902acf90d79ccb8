import Foundation

/// The output of a generation, each byte with where it came from.
package struct ProvenanceText: Sendable, Equatable {
  /// Where a byte came from.
  package enum Provenance: Int, Sendable, Equatable {
    /// Drafted, and it stood.
    case accepted
    /// The verifier's own, where the draft went on after it, or had none.
    case own
    /// The verifier's, in the place of a drafted byte that did not stand.
    case corrected
  }

  /// Bytes of one provenance that were written in one round, never a part of a scalar.
  package struct Piece: Sendable, Equatable {
    /// The bytes.
    package var bytes: [UInt8]
    /// The least trusting provenance among the bytes of a scalar.
    package let provenance: Provenance
  }

  /// What one round wrote and did.
  package struct Round: Sendable, Equatable {
    /// Its number, from 0.
    package let number: Int
    /// Bytes written, in order; a scalar belongs to the round that completed it.
    package var pieces: [Piece] = []
    /// Drafted bytes that did not stand: they would have come after the accepted ones.
    package let rejected: [UInt8]
    /// Tokens drafted.
    package let tokens: Int
    /// Bytes drafted and handed to the verifier.
    package let drafted: Int
    /// How many of them stood.
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
    let sources = rounds.flatMap { round in
      (0..<round.bytes).map { (round.number, round.provenance(of: $0)) }
    }
    var segmenter = ScalarSegmenter()
    var pieces = output.flatMap { segmenter.append($0, isAccepted: true) }
    if let last = segmenter.finish() { pieces.append(last) }
    var start = 0
    for piece in pieces {
      let range = start..<start + piece.bytes.count
      let provenance = sources[range].map(\.1).max { $0.rawValue < $1.rawValue } ?? .own
      rounds[sources[range.upperBound - 1].0].append(piece.bytes, provenance)
      start = range.upperBound
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

  fileprivate func provenance(of place: Int) -> ProvenanceText.Provenance {
    if place < accepted { return .accepted }
    return place == accepted && drafted > accepted ? .corrected : .own
  }

  fileprivate mutating func append(
    _ bytes: [UInt8], _ provenance: ProvenanceText.Provenance
  ) {
    if let last = pieces.indices.last, pieces[last].provenance == provenance {
      pieces[last].bytes += bytes
    } else {
      pieces.append(ProvenanceText.Piece(bytes: bytes, provenance: provenance))
    }
  }
}
