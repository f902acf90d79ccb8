import Reporting
import SpeculativeDecoding

/// Shows a run: the output on standard output, progress on standard error.
final class RunPresenter: RunObserver {
  private let writesText: Bool
  private let sampleCount: Int
  private var highlight: HighlightedText?
  private let isQuiet: Bool
  private var prefill: ProgressDisplay
  private var baseline: ProgressDisplay?
  private var separatesReport: Bool
  /// Whether the reader of standard output has gone away; nothing more is written to it then.
  private(set) var isOutputClosed = false
  /// Why nothing more can be written to it, if that is an error: a full disk is one.
  private(set) var outputFailure: CommandError?

  init(_ request: RunRequest) {
    writesText = !request.json.isOutput
    isQuiet = request.isQuiet
    prefill = Self.prefillDisplay(isQuiet: request.isQuiet)
    separatesReport = writesText && !request.isQuiet && SharedOutput.isShared
    sampleCount = request.samples
    let marking = TextMarking(request)
    highlight = marking.changesOutput ? HighlightedText(marking) : nil
  }

  private static func prefillDisplay(isQuiet: Bool) -> ProgressDisplay {
    ProgressDisplay(label: "reading the prompt", isQuiet: isQuiet)
  }

  func begin(sample: Int, seed: UInt64) {
    // Not at the end of the sample before: after an interruption none follows.
    if writesText, sample > 0 { write([0x0A]) }
    prefill = Self.prefillDisplay(isQuiet: isQuiet)
    if sampleCount > 1, !isQuiet {
      StandardError.write("sample \(sample + 1) of \(sampleCount), seed \(seed)\n")
    }
  }

  func receive(_ event: DecodingEvent) {
    switch event {
    case .prefilled(let bytes, let whole):
      prefill.show(bytes, of: whole)
    case .bytes(let decoded):
      prefill.clear()
      guard writesText else { return }
      write(highlight?.append(decoded) ?? decoded.bytes)
    case .finished:
      break
    }
  }

  func end(sample: Int) {
    prefill.clear()
    guard writesText else { return }
    if let held = highlight?.finish(), !held.isEmpty { write(held) }
  }

  /// Ends the line of an output that others follow.
  func endLine() {
    write([0x0A])
  }

  private func write(_ bytes: [UInt8]) {
    guard !isOutputClosed else { return }
    do throws(CommandError) {
      try StandardOutput.write(bytes)
    } catch {
      isOutputClosed = true
      if error != .closedPipe { outputFailure = error }
    }
  }

  func measuredBaseline(bytes: Int, of whole: Int) {
    separateReport()
    let display = baseline ?? ProgressDisplay(label: "measuring plain decoding", isQuiet: isQuiet)
    baseline = display
    display.show(bytes, of: whole)
  }

  func endBaseline() {
    baseline?.clear()
  }

  /// Ends the line of the generated text, once, where what follows on standard error would be
  /// drawn over it or glued to it. No byte of this goes to standard output.
  func separateReport() {
    if separatesReport, !isOutputClosed { StandardError.write("\n\n") }
    separatesReport = false
  }
}
