/// How fast memory could be read at a moment of a benchmark.
package struct MemoryRead: Sendable, Equatable, Codable {
  /// Seconds since the start of the run.
  package var at: Double
  /// Threads that read.
  package var threads: Int
  /// Size of what was read, again and again: a small buffer stays in a cache.
  package var bufferBytes: Int
  /// Bytes a second.
  package var bytesPerSecond: Double

  /// Programs that ran or waited for a core, on average over the minute before; nil if unknown.
  package var loadAverage: Double?

  /// Collects a measurement.
  package init(
    at: Double, threads: Int, bufferBytes: Int, bytesPerSecond: Double, loadAverage: Double? = nil
  ) {
    self.loadAverage = loadAverage
    self.at = at
    self.threads = threads
    self.bufferBytes = bufferBytes
    self.bytesPerSecond = bytesPerSecond
  }

  private enum CodingKeys: String, CodingKey {
    case at, threads
    case bufferBytes = "buffer_bytes"
    case bytesPerSecond = "bytes_per_second"
    case loadAverage = "load_average"
  }
}
