/// Decides how many members of a team take part in a pass.
///
/// When another program keeps a core busy, the member on that core is away for milliseconds at a
/// time, and all others sleep at the next barrier until it is back: then fewer members are faster.
/// With n members a pass takes W / n + L, W being the work and L the time lost asleep; one member
/// less is faster when L is more than the nth part of the whole. So members leave while that
/// holds, and come back one at a time. Their number changes the speed of a pass, never a bit of its
/// results.
package struct TeamGovernor: Sendable {
  /// Passes between two attempts to take one member more.
  private static let patience = 64...2048
  /// Passes that an attempt must last for patience to be forgotten.
  private static let proof = 256
  /// Recent passes count by this power of their age.
  private static let decay = 15.0 / 16
  /// Seconds without loss that a new number of members is credited with: one bad pass is an
  /// accident.
  private static let credit = 0.004

  /// Members who take part in the next pass: 1 to `size`.
  package private(set) var participants: Int

  private let size: Int
  private var patience = Self.patience.lowerBound
  private var passesLeft = 0
  private var passesSinceGrowth = 0
  private var elapsed = Self.credit
  private var lost = 0.0

  /// Begins with all members.
  package init(size: Int) {
    self.size = size
    participants = size
  }

  /// Judges the last passes.
  ///
  /// - Parameter slept: the members' sleep at barriers, added up.
  package mutating func recordPass(lasting elapsed: Duration, slept: Duration) {
    self.elapsed = self.elapsed * Self.decay + elapsed / .seconds(1)
    lost = lost * Self.decay + slept / .seconds(1) / Double(max(participants - 1, 1))
    if participants > 1, lost * Double(participants) > self.elapsed {
      shrink()
    } else if participants < size {
      passesLeft -= 1
      if passesLeft <= 0 { grow() }
    }
    passesSinceGrowth += 1
    if passesSinceGrowth == Self.proof { patience = Self.patience.lowerBound }
  }

  private mutating func shrink() {
    change(to: participants - max(1, participants / 8))
    passesLeft = patience
    patience = min(patience * 2, Self.patience.upperBound)
    // Nothing is proved before the next growth.
    passesSinceGrowth = Self.proof
  }

  private mutating func grow() {
    change(to: participants + 1)
    passesLeft = Self.patience.lowerBound
    passesSinceGrowth = 0
  }

  private mutating func change(to participants: Int) {
    self.participants = participants
    elapsed = Self.credit
    lost = 0
  }
}
