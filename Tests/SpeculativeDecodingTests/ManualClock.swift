import SpeculativeDecoding
import Synchronization

/// A clock that moves only when told to.
final class ManualClock: Sendable {
  private let seconds = Mutex(0.0)

  func advance(by amount: Double) {
    seconds.withLock { $0 += amount }
  }

  var decodingClock: DecodingClock {
    DecodingClock { self.seconds.withLock { $0 } }
  }
}
