import DecodingCore
package import SpeculativeDecoding

/// Makes checks, one after the other.
package enum SelfTest {
  /// Makes one check.
  ///
  /// - Parameter progress: told which share of the check is done, 0 to 1; may end it by throwing.
  /// - Throws: what keeps the check from being made; an error of a model while it decodes is a
  ///   failure of the check instead.
  package static func result(
    of check: SelfCheck, clock: DecodingClock = .continuous,
    progress: @escaping (Double) throws -> Void = { _ in }
  ) throws -> CheckResult {
    let start = clock.now()
    let record = CheckRecord(progress: progress)
    do {
      try check.run(record)
    } catch let error as DecodingError {
      record.compare(false, "\(error)")
    }
    return CheckResult(check, record, seconds: clock.now() - start)
  }
}
