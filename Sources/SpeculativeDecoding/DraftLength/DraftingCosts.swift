/// What the parts of a round cost, in seconds.
///
/// The device gives the shape, a table of passes by their number of positions: it knows where a tile
/// is full, or that 16 cost less than 8. Running medians of what is measured while decoding give the
/// scale: a plain step, a pass after a draft, a drafted token.
struct DraftingCosts {
  /// By number of positions, from one on: a pass after a draft, in plain steps.
  private let passes: [Double]
  /// Whether nothing is measured.
  let isFixed: Bool
  private var plainStep = RunningMedian()
  /// What a pass costs beyond a plain step, in parts of what the table says.
  private var passScale = RunningMedian()
  /// Of one position, where nothing of a draft was handed over.
  private var singlePass = RunningMedian()
  /// A round's first, which has the drafter's catching up in it.
  private var firstToken = RunningMedian()
  private var furtherToken = RunningMedian()

  /// The most positions of a pass that was measured.
  private(set) var longestWindow = 1

  /// Costs that are measured.
  ///
  /// - Parameter passes: as `VerifierSession.passCosts`. Beyond its end the last growth goes on;
  ///   without one, 0.15 a position is a guess.
  init(passes: [Double], windowLimit: Int) {
    self.passes = (1...windowLimit).map { count in
      guard let last = passes.last else { return 1.1 + 0.15 * Double(count - 1) }
      if count <= passes.count { return passes[count - 1] }
      return last + max(0, last - (passes.dropLast().last ?? 1)) * Double(count - passes.count)
    }
    isFixed = false
  }

  /// Costs that never change, in plain steps, near the bundled pair's on two cores: where the output
  /// depends on the length of a draft, that may depend on neither clock nor device.
  init(fixedFor windowLimit: Int) {
    passes = (1...windowLimit).map { 1 + 0.2 * Double($0 - 1) }
    plainStep.record(1)
    passScale.record(1)
    firstToken.record(0.4)
    furtherToken.record(0.2)
    longestWindow = windowLimit
    isFixed = true
  }

  /// A round of plain decoding; nil before the first.
  var plain: Double? { plainStep.median }

  /// A pass after a draft, and rolling it back.
  func pass(window: Int) -> Double {
    if window == 1, let median = singlePass.median { return median }
    return (plain ?? 0) * (1 + (passScale.median ?? 1) * (passes[window - 1] - 1))
  }

  /// Drafting so many tokens; 0 before the first: trying is free while nobody knows what it costs.
  func drafting(tokens: Int) -> Double {
    guard tokens > 0, let first = firstToken.median else { return 0 }
    return first + Double(tokens - 1) * (furtherToken.median ?? first)
  }

  mutating func recordPlainStep(_ seconds: Double) { if !isFixed { plainStep.record(seconds) } }

  /// Learns what a pass after a draft cost. One position tells nothing of how the cost grows.
  mutating func recordPass(_ seconds: Double, window: Int) {
    if isFixed { return }
    if window == 1 { return singlePass.record(seconds) }
    guard passes[window - 1] > 1, let plain, plain > 0 else { return }
    longestWindow = max(longestWindow, window)
    passScale.record(max(0, seconds / plain - 1) / (passes[window - 1] - 1))
  }

  mutating func recordToken(_ seconds: Double, isFirst: Bool) {
    if isFixed { return }
    if isFirst { firstToken.record(seconds) } else { furtherToken.record(seconds) }
  }
}

/// The median of the last 16 values, which one far-off value does not move; the lower of two in the
/// middle, so that of two first values the undisturbed one counts.
struct RunningMedian {
  private var values = SIMD16<Double>(repeating: .infinity)
  private var count = 0
  private(set) var median: Double?

  mutating func record(_ value: Double) {
    values[count % values.scalarCount] = value
    count += 1
    let rank = (min(count, values.scalarCount) - 1) / 2
    // The least value that more than `rank` are not above: no storage to sort in.
    var least = Double.infinity
    for index in values.indices where values[index] < least {
      let value = values[index]
      if values.indices.count(where: { values[$0] <= value }) > rank { least = value }
    }
    median = least
  }
}
