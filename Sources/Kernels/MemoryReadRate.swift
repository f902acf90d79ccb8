/// How fast a team reads memory: the limit of decoding, where every byte reads all weights once.
package struct MemoryReadRate: Sendable {
  /// Seconds of one measurement: short, so that one fits beside every piece of work.
  private static let seconds = 0.005
  /// The largest buffer: more than any cache holds.
  private static let largest = 256 << 20
  /// The smallest: reading it takes longer than starting a pass.
  private static let smallest = 1 << 20

  /// Size of what is read.
  package var byteCount: Int { buffer.count * MemoryLayout<Float>.stride }

  /// How many threads read.
  package var threads: Int { team.size }

  private let buffer: FloatBuffer
  private let team: WorkerTeam

  /// Prepares to read a buffer of about so many bytes; a small one stays in a cache as weights of
  /// that size would.
  package init(byteCount: Int, team: WorkerTeam) {
    let size = min(max(byteCount, Self.smallest), Self.largest)
    buffer = FloatBuffer(count: size / MemoryLayout<Float>.stride)
    // Pages that were never written are all one page.
    buffer.fill(1)
    self.team = team
  }

  /// Bytes a second, now.
  package func measure() -> Double {
    read()
    let start = ContinuousClock.now
    var passes = 0
    var elapsed = Duration.zero
    repeat {
      read()
      passes += 1
      elapsed = .now - start
    } while elapsed < .seconds(Self.seconds)
    return Double(passes) * Double(byteCount) / (elapsed / .seconds(1))
  }

  private func read() {
    team.run { [buffer] member in
      // The buffer holds equal values, so this tells that all of a share was read.
      let share = member.share(of: 0..<buffer.count)
      let bits = buffer.foldedBits(in: share)
      precondition(bits == (share.count % 2 == 0 ? 0 : Float(1).bitPattern))
    }
  }
}
