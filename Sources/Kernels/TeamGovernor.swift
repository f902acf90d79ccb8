/// Decides how many members of a team take part in a pass.
///
/// When another program keeps a core busy, the member on that core is away for milliseconds at a
/// time, and all others sleep at the next barrier until it is back: then fewer members are faster.
/// Members leave while passes are spent asleep, and come back one at a time. The number changes
/// the speed of a pass, never a bit of its results.
package struct TeamGovernor: Sendable {
  /// Passes between two attempts to take one member more.
  private static let patience = 32...4096
  /// What waking a thread up may take.
  private static let leastSleep = Duration.microseconds(250)
  /// Passes that an attempt must last for patience to be forgotten.
  private static let proof = 256

  /// Members who take part in the next pass: 1 to `size`.
  package private(set) var participants: Int

  private let size: Int
  private var patience = Self.patience.lowerBound
  private var passesLeft = 0
  private var passesSinceGrowth = 0

  /// Begins with all members.
  package init(size: Int) {
    self.size = size
    participants = size
  }

  /// Judges a pass: one is contended when a member slept for a quarter of it on average, and for
  /// longer than it takes to wake up.
  ///
  /// - Parameter slept: the members' sleep at barriers, added up.
  package mutating func recordPass(lasting elapsed: Duration, slept: Duration) {
    let others = participants - 1
    if slept > Self.leastSleep * others, slept * 4 > elapsed * others {
      shrink()
    } else if participants < size {
      passesLeft -= 1
      if passesLeft <= 0 { grow() }
    } else if passesSinceGrowth < Self.proof {
      passesSinceGrowth += 1
      if passesSinceGrowth == Self.proof { patience = Self.patience.lowerBound }
    }
  }

  private mutating func shrink() {
    participants = max(1, participants * 3 / 4)
    passesLeft = patience
    patience = min(patience * 2, Self.patience.upperBound)
  }

  private mutating func grow() {
    participants += 1
    passesLeft = patience
    passesSinceGrowth = 0
  }
}
