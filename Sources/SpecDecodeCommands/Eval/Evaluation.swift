import Foundation
import Reporting

/// The evaluation of a model on files, piece by piece.
struct Evaluation {
  private let request: EvalRequest
  private let model: EvaluatedModel
  private let files: [String]

  /// Loads the model.
  init(_ request: EvalRequest) throws {
    self.request = request
    files = Array(request.paths.dropFirst())
    model = try EvaluatedModel(contentsOf: request.paths[0], on: request.devices.device)
  }

  /// A piece that is being read.
  private struct OpenPiece {
    let file: Int
    let byteCount: Int
    var reading: TokenScorer.Reading
    var rest: ArraySlice<Int>
    /// Bytes of the tokens that have been read.
    var position = 0
  }

  /// Measures the pieces of the shard. Short ones share passes.
  ///
  /// - Parameter isStopped: asked before each pass; true ends it with what was measured.
  func measure(isStopped: () -> Bool) throws -> EvaluationReport {
    var report = EvaluationReport(
      version: SpecDecodeProgram.version, model: model.record,
      vocabularySize: model.vocabularySize, context: request.context, shard: request.shard,
      files: files)
    let stopwatch = Stopwatch()
    let display = ProgressDisplay(
      label: "evaluating", isQuiet: request.isQuiet, showsTimeLeft: true)
    defer { display.clear() }
    var scorer = TokenScorer(model.model, opening: model.opening)
    var pieces = PieceReader(files, context: request.context, shard: request.shard)
    let whole = files.reduce(0) { $0 + FileInput.size(of: $1) }
    var open: [OpenPiece] = []
    while true {
      while open.count < scorer.readingLimit,
        open.reduce(0, { $0 + $1.rest.count }) < scorer.positionLimit,
        let piece = try pieces.next()
      {
        let tokens = model.tokens(of: Array(piece.bytes))
        guard !tokens.isEmpty else {
          report.uncoveredBytes += piece.bytes.count
          continue
        }
        open.append(
          OpenPiece(
            file: piece.file, byteCount: piece.bytes.count, reading: scorer.begin(),
            rest: tokens[...]))
      }
      report.isInterrupted = !open.isEmpty && isStopped()
      if open.isEmpty || report.isInterrupted { break }
      try readOn(&open, &scorer, into: &report)
      let unread = open.reduce(0) { $0 + $1.byteCount - $1.position }
      display.show(pieces.passedBytes - unread, of: max(whole, pieces.passedBytes))
    }
    report.seconds = stopwatch.seconds
    return report
  }

  /// One pass over as many of the pieces as fit in it; those that end are taken away.
  private func readOn(
    _ open: inout [OpenPiece], _ scorer: inout TokenScorer, into report: inout EvaluationReport
  ) throws {
    var room = scorer.positionLimit
    let windows = open.map { piece in
      defer { room -= min(piece.rest.count, room) }
      return piece.rest.prefix(room)
    }.prefix { !$0.isEmpty }
    let bits = try scorer.bits(of: zip(open, windows).map { ($0.reading, $1) })
    for place in windows.indices.reversed() {
      for (token, bits) in zip(windows[place], bits[place]) {
        let count = model.byteCount(of: token)
        report.files[open[place].file].count.add(bits: bits, bytes: count)
        report.total.add(bits: bits, bytes: count)
        report.positions.add(bits: bits, bytes: count, after: open[place].position)
        open[place].position += count
        open[place].reading.last = token
      }
      open[place].rest = open[place].rest.dropFirst(windows[place].count)
      guard open[place].rest.isEmpty else { continue }
      report.uncoveredBytes += open[place].byteCount - open[place].position
      scorer.end(open.remove(at: place).reading)
    }
  }
}
