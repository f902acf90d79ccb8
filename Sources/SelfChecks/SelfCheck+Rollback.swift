package import DecodingCore

extension SelfCheck {
  /// After a rollback, state and logits are the bits of having never consumed what was rolled back.
  ///
  /// Rolls windows of each size back to each of their bytes, and once more after that.
  ///
  /// - Parameter windows: their sizes; those above the verifier's limit are brought down to it.
  package static func rollback<Verifier: RestorableVerifier>(
    verifier: Verifier, windows: [Int]
  ) -> SelfCheck {
    let rejected = SampleTexts.bytes(600).suffix(80)
    let limit = min(verifier.makeSession().windowLimit, rejected.count)
    let windows = Set(windows.map { min(max($0, 1), limit) }).sorted()
    return SelfCheck(
      name: "rollback", title: "rolled back to any depth, as if never consumed",
      remedy: "speculative output cannot be trusted with this build; use --no-draft, and report it"
    ) { record in
      let whole = windows.reduce(0) { $0 + $1 + 1 }
      var done = 0
      for size in windows {
        for kept in 0...size {
          try record.step(done, of: whole)
          try check(verifier, rejected.prefix(size), kept: kept, rejected, record)
          done += 1
        }
      }
    }
  }

  private static func check<Verifier: RestorableVerifier>(
    _ verifier: Verifier, _ window: ArraySlice<UInt8>, kept: Int, _ rejected: ArraySlice<UInt8>,
    _ record: CheckRecord
  ) throws {
    let what = "a window of \(window.count) rolled back to \(kept)"
    let context = SampleTexts.bytes(20)[...]
    var session = verifier.makeSession()
    try session.consume(context)
    let first = try session.roll(over: Array(window), to: kept)
    let second = Array(rejected.reversed().prefix(min(window.count, 4)))
    let keptAgain = kept % (second.count + 1)
    let again = try session.roll(over: second, to: keptAgain)

    var other = verifier.makeSession()
    try other.consume(context + window.prefix(kept))
    record.compare(first == other.savedState(), "\(what): another state")
    try other.consume(second.prefix(keptAgain))
    record.compare(again == other.savedState(), "\(what), then another: another state")
    let following = Array("ing, and".utf8.prefix(session.windowLimit))
    let isSame = try session.windowBits(following) == other.windowBits(following)
    record.compare(isSame, "\(what): other logits after it")
  }
}

extension RestorableSession {
  /// The state after a window of which the first bytes are kept.
  fileprivate mutating func roll(
    over window: [UInt8], to kept: Int
  ) throws(DecodingError) -> [UInt8] {
    try verify(window)
    rollBack(toFirst: kept)
    return savedState()
  }
}
