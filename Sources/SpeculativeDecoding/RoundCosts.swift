/// What the parts of a round cost, in seconds: what decides how far to draft.
///
/// Measured costs may steer the exact rule, whose output no draft length can change; a rule whose
/// output depends on the draft needs costs that depend on neither clock nor chance.
protocol DraftingCosts {
  /// Drafting the first token of a round, the drafter's catching up with the round before included.
  var openingToken: Double { get }

  /// Drafting each further token.
  var furtherToken: Double { get }

  /// A pass over a window of 1 to the verifier's limit after drafting, and rolling it back.
  func pass(window: Int) -> Double
}

extension DraftingCosts {
  /// Drafting so many tokens.
  func drafting(tokens: Int) -> Double {
    tokens > 0 ? openingToken + Double(tokens - 1) * furtherToken : 0
  }
}

/// Costs measured while decoding, as running medians: what a busy machine adds to one round says
/// nothing about the next.
struct RoundCosts: DraftingCosts {
  private var opening = RunningMedian()
  private var further = RunningMedian()
  private var windows: WindowCosts
  /// Passes over one byte in rounds that drafted in vain: the drafter's weights may have taken the
  /// place of the verifier's in the processor's cache, and then they take longer than plain ones.
  private var single = RunningMedian()
  private var lagging = RunningMedian()

  init(windowLimit: Int) {
    windows = WindowCosts(limit: windowLimit)
  }

  /// 0 before the first: looking costs nothing while nobody knows what it costs. One alone may have
  /// been disturbed: no more than a plain pass of it is believed.
  var openingToken: Double {
    guard let first = opening.median ?? further.median else { return 0 }
    return max(opening.count, further.count) > 1 ? first : min(first, plain)
  }

  /// One alone, which may have been disturbed, is taken for no more than an opening token: it is worth
  /// another try.
  var furtherToken: Double {
    guard let median = further.median else { return openingToken }
    return further.count > 1 ? median : min(median, openingToken)
  }

  /// A round of plain decoding.
  var plain: Double { windows.seconds(window: 1) }

  func pass(window: Int) -> Double {
    window == 1 ? single.median ?? plain : windows.seconds(window: window)
  }

  /// The most bytes of a draft such that a round loses at most `loss` plain passes if none stands,
  /// and that its window is not far longer than any whose cost is known.
  func boldestDraft(loss: Double) -> Int {
    let affordable = plain * (1 + loss) - openingToken
    let longest = min(2 * windows.longest + 2, windows.limit - 1)
    var bytes = 1
    while bytes < longest, pass(window: bytes + 2) <= affordable { bytes += 1 }
    return bytes
  }

  /// Catching up with `bytes` that were decided while nothing was drafted.
  func catchUp(bytes: Int) -> Double { Double(bytes) * (lagging.median ?? 0) }

  /// Learns what a round's first token cost, where the drafter lagged by no more than a round.
  mutating func recordOpening(_ seconds: Double) { opening.record(seconds) }

  /// Learns what another token cost.
  mutating func recordFurther(_ seconds: Double) { further.record(seconds) }

  /// Learns what catching up after a pause cost.
  mutating func recordCatchUp(_ seconds: Double, bytes: Int) {
    if bytes > 0 { lagging.record(seconds / Double(bytes)) }
  }

  /// Learns what a pass and its rolling back cost, in a round that drafted or did not.
  mutating func recordPass(_ seconds: Double, window: Int, isDrafting: Bool) {
    if window == 1, isDrafting {
      single.record(seconds)
    } else {
      windows.record(seconds, window: window)
    }
  }
}
