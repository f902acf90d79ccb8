/// Divides bytes that arrive piece by piece into lines.
package struct LineSplitter: Sendable {
  private var pending: [UInt8] = []
  /// Where to look for the next line feed.
  private var searched = 0

  /// No bytes yet.
  package init() {}

  /// How many bytes wait for the end of their line.
  package var pendingCount: Int { pending.count }

  /// Takes the bytes that come next.
  package mutating func append(_ bytes: [UInt8]) {
    pending += bytes
  }

  /// The next line, without its line feed; nil when none is complete.
  package mutating func next() -> [UInt8]? {
    guard let end = pending[searched...].firstIndex(of: 0x0A) else {
      searched = pending.count
      return nil
    }
    defer {
      pending.removeFirst(end + 1)
      searched = 0
    }
    return Array(pending[..<end])
  }

  /// The last line when no bytes follow, if it lacks its line feed; nil when there is none.
  package mutating func finish() -> [UInt8]? {
    defer {
      pending = []
      searched = 0
    }
    return pending.isEmpty ? nil : pending
  }
}
