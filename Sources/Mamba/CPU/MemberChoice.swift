import Kernels

/// How many members of a team compute a pass: with little work, waiting for each other costs more
/// than sharing it saves. Changes the speed, never a bit.
package struct MemberChoice: Sendable, Equatable, Encodable {
  /// Seconds of passes that one round is enough for: what disturbs for a moment is lost in them.
  private static let longPass = 0.01
  /// Seconds after which measuring ends, and rounds that are measured of short passes and at most.
  private static let budget = 0.012
  private static let rounds = 3...20
  /// How much faster fewer members must be: less is noise.
  private static let gain = 0.05
  /// Who takes so many times as long as more members do is out, and with them all who are fewer.
  private static let hopeless = 1.3

  /// How many take part.
  package let members: Int
  /// Median seconds of a pass by the number of members.
  package let seconds: [Int: Double]

  private enum CodingKeys: String, CodingKey {
    case members = "threads"
    case seconds
  }

  /// Whether there is a choice among so many members.
  package static func isNeeded(upTo size: Int) -> Bool { size > WorkerTeam.wholeSize }

  /// All members of a team, or the half, quarter, … of them that is clearly faster.
  ///
  /// Candidates take turns, so that what disturbs the machine for a while disturbs all of them.
  ///
  /// - Parameter time: seconds of a pass with so many members; of one that failed 0 or NaN.
  package init(upTo size: Int, time: (_ members: Int) -> Double) {
    var candidates = Array(sequence(first: size) { $0 / 2 }.prefix { $0 >= 2 })
    if !Self.isNeeded(upTo: size) { candidates = [] }
    /// Of those who failed there are none.
    var samples: [Int: [Double]] = [:]
    var (spent, least, round) = (0.0, Double.infinity, 0)
    while candidates.count > 1, round < Self.rounds.upperBound,
      spent < Self.budget || round < Self.rounds.lowerBound && least < Self.longPass
    {
      round += 1
      for members in candidates where candidates.contains(members) {
        // After the first pass its members are awake, and have their weights in their caches.
        let times = (0..<3).map { _ in time(members) }
        spent += times.reduce(0, +)
        guard times.allSatisfy({ $0 > 0 }) else {
          candidates.removeAll { $0 == members }
          samples[members] = nil
          continue
        }
        samples[members, default: []] += times.dropFirst()
        // The shortest: one pass that was disturbed puts nobody out.
        let shortest = samples.mapValues { $0.min() ?? .infinity }
        let own = shortest[members] ?? .infinity
        let more = shortest.filter { $0.key > members }.values.min() ?? .infinity
        if own > Self.hopeless * more { candidates.removeAll { $0 <= members } }
        least = min(least, own)
      }
    }
    let medians = samples.mapValues { times in
      let sorted = times.sorted()
      return (sorted[sorted.count / 2 - 1] + sorted[sorted.count / 2]) / 2
    }
    var choice = size
    for candidate in medians.keys.sorted(by: >) {
      guard let best = medians[choice], let median = medians[candidate] else { continue }
      if median < best * (1 - Self.gain) { choice = candidate }
    }
    members = choice
    seconds = medians
  }
}

/// How many members of a team compute the passes of a model, by their length.
package struct MemberChoices: Sendable, Equatable, Encodable {
  /// Positions of a usual window.
  static let windowLength = 8

  /// For a step.
  package let step: MemberChoice
  /// For a window.
  package let window: MemberChoice

  package init(step: MemberChoice, window: MemberChoice) {
    self.step = step
    self.window = window
  }

  /// How many compute a pass over so many rows; nil for all.
  func members(rows: Int) -> Int? {
    switch rows {
    case ...2: step.members
    case ...MambaSession.defaultWindowLimit: window.members
    default: nil
    }
  }
}
