/// What the parts of a round cost, from measured cost curves.
package struct RoundCostModel: Sendable {
  /// A byte of plain decoding, in seconds.
  package var step: Double
  /// The verifier's pass by the bytes of its window.
  package var verification: CostCurve
  /// Rolling a window back, by its bytes; nil when it was not measured.
  package var rollBack: CostCurve?
  /// A token by its number in the draft, from 1.
  package var draftToken: CostCurve
  /// The drafter's taking in of decided bytes, by their number; nil when it was not measured.
  package var catchUp: CostCurve?

  /// Collects costs.
  package init(
    step: Double, verification: CostCurve, rollBack: CostCurve? = nil, draftToken: CostCurve,
    catchUp: CostCurve? = nil
  ) {
    self.step = step
    self.verification = verification
    self.rollBack = rollBack
    self.draftToken = draftToken
    self.catchUp = catchUp
  }

  /// The medians of a benchmark's cost points; nil when one that is needed is missing.
  package init?(_ costs: [CostSummary], drafter: Int?) {
    func curve(_ work: BenchmarkCost.Work, of owner: Int? = nil) -> CostCurve? {
      CostCurve(
        costs.filter { $0.work == work && $0.drafter == owner }
          .map { (Double($0.size), $0.seconds.median) })
    }
    guard let verification = curve(.verify), let token = curve(.draftToken, of: drafter) else {
      return nil
    }
    let step = costs.first { $0.work == .step }?.seconds.median ?? verification.seconds(1)
    guard step > 0 else { return nil }
    self.init(
      step: step, verification: verification, rollBack: curve(.rollBack), draftToken: token,
      catchUp: curve(.catchUp, of: drafter))
  }

  /// Drafting so many tokens; between whole numbers by a straight line.
  package func drafting(tokens: Double) -> Double {
    let whole = Int(tokens)
    let sum = (0..<whole).reduce(0.0) { $0 + draftToken.seconds(Double($1 + 1)) }
    return sum + (tokens - Double(whole)) * draftToken.seconds(Double(whole + 1))
  }

  /// The drafter's taking in of so many bytes.
  package func catchingUp(bytes: Double) -> Double { catchUp?.seconds(bytes) ?? 0 }

  /// The pass over a draft of so many bytes and the byte before them.
  package func verifying(draftBytes: Double) -> Double {
    verification.seconds(draftBytes + 1)
  }

  /// Rolling back the pass over such a draft.
  package func rollingBack(draftBytes: Double) -> Double {
    draftBytes > 0 ? rollBack?.seconds(draftBytes + 1) ?? 0 : 0
  }
}

/// What a piece of work costs by its size, in seconds: straight lines between measured points.
package struct CostCurve: Sendable {
  private let points: [(size: Double, seconds: Double)]

  /// A curve through points, in any order; nil without one.
  package init?(_ points: [(size: Double, seconds: Double)]) {
    guard !points.isEmpty else { return nil }
    self.points = points.sorted { $0.size < $1.size }
  }

  /// The largest size that was measured.
  package var largest: Double { points[points.count - 1].size }

  /// Seconds for a size; beyond the ends the nearest piece goes on, but never below 0.
  package func seconds(_ size: Double) -> Double {
    guard points.count > 1 else { return points[0].seconds }
    let next = points.firstIndex { $0.size >= size } ?? points.count - 1
    let right = points[max(1, next)]
    let left = points[max(1, next) - 1]
    guard right.size > left.size else { return right.seconds }
    let share = (size - left.size) / (right.size - left.size)
    return max(0, left.seconds + share * (right.seconds - left.seconds))
  }
}
