package import DecodingCore

/// After a rollback, state and logits are the bits of having never consumed what was rolled back.
package struct RollbackCheck<Verifier: RestorableVerifier>: SelfCheck {
  package var name: String { "rollback" }
  package var title: String { "rolled back to any depth, as if never consumed" }
  package var remedy: String {
    "speculative output cannot be trusted with this build; use --no-draft, and report it"
  }

  private let verifier: Verifier
  private let windows: [Int]
  private let context = SampleTexts.bytes(20)[...]
  private let rejected = SampleTexts.bytes(600).suffix(80)
  private let following = Array("ing, and".utf8)

  /// A check.
  ///
  /// - Parameter windows: their sizes; those above the verifier's limit are brought down to it.
  package init(verifier: Verifier, windows: [Int]) {
    self.verifier = verifier
    let limit = min(verifier.makeSession().windowLimit, rejected.count)
    self.windows = Set(windows.map { min(max($0, 1), limit) }).sorted()
  }

  /// Rolls windows of each size back to each of their bytes, and once more after that.
  package func run(_ record: CheckRecord) throws {
    let whole = windows.reduce(0) { $0 + $1 + 1 }
    var done = 0
    for size in windows {
      for kept in 0...size {
        try record.step(done, of: whole)
        try check(size, kept: kept, record)
        done += 1
      }
    }
  }

  private func check(_ size: Int, kept: Int, _ record: CheckRecord) throws {
    let what = "a window of \(size) rolled back to \(kept)"
    var session = verifier.makeSession()
    try session.consume(context)
    let first = try roll(&session, over: Array(rejected.prefix(size)), to: kept)
    let second = Array(rejected.reversed().prefix(min(size, 4)))
    let keptAgain = kept % (second.count + 1)
    let again = try roll(&session, over: second, to: keptAgain)

    var other = verifier.makeSession()
    try other.consume(context + rejected.prefix(kept))
    record.compare(first == other.savedState(), "\(what): another state")
    try other.consume(second.prefix(keptAgain))
    record.compare(again == other.savedState(), "\(what), then another: another state")
    let window = Array(following.prefix(session.windowLimit))
    let isSame = try session.windowBits(window) == other.windowBits(window)
    record.compare(isSame, "\(what): other logits after it")
  }

  /// The state after a window of which the first bytes are kept.
  private func roll(
    _ session: inout Verifier.Session, over window: [UInt8], to kept: Int
  ) throws(DecodingError) -> [UInt8] {
    try session.verify(window)
    session.rollBack(toFirst: kept)
    return session.savedState()
  }
}
