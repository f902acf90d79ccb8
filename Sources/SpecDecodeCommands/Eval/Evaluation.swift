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

  /// Measures the pieces of the shard.
  ///
  /// - Parameter isStopped: asked after each window; true ends it with what was measured.
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
    let whole = files.reduce(0) { $0 + FileInput.size(of: $1) }
    var read = 0
    var piece = 0
    for (index, path) in files.enumerated() where !report.isInterrupted {
      let bytes = try FileInput.bytes(of: path)
      let length = min(request.context ?? .max, max(bytes.count, 1))
      for start in stride(from: 0, to: bytes.count, by: length) where !report.isInterrupted {
        let end = start + min(length, bytes.count - start)
        if request.shard?.contains(piece) ?? true {
          try measure(
            Array(bytes[start..<end]), of: index, into: &report, &scorer, isStopped: isStopped
          ) { display.show(read + start + $0, of: max(whole, read + bytes.count)) }
        }
        piece += 1
      }
      read += bytes.count
    }
    report.seconds = stopwatch.seconds
    return report
  }

  private func measure(
    _ bytes: [UInt8], of file: Int, into report: inout EvaluationReport,
    _ scorer: inout TokenScorer, isStopped: () -> Bool, progress: (Int) -> Void
  ) throws {
    let tokens = model.tokens(of: bytes)
    scorer.restart()
    var position = 0
    for start in stride(from: 0, to: tokens.count, by: scorer.windowLimit) {
      if isStopped() {
        report.isInterrupted = true
        return
      }
      let window = tokens[start..<min(start + scorer.windowLimit, tokens.count)]
      for (token, bits) in zip(window, try scorer.bits(of: window)) {
        let count = model.byteCount(of: token)
        report.files[file].count.add(bits: bits, bytes: count)
        report.total.add(bits: bits, bytes: count)
        report.positions.add(bits: bits, bytes: count, after: position)
        position += count
      }
      progress(position)
    }
    report.uncoveredBytes += bytes.count - position
  }
}
