/// Bytes over seconds, old rounds fading.
struct DecodingRate {
  private static let decay = 0.97
  private var bytes = 0.0
  private var seconds = 0.0

  /// 0 before the first round.
  var bytesPerSecond: Double { seconds > 0 ? bytes / seconds : 0 }

  mutating func record(bytes: Int, seconds: Double) {
    self.bytes = self.bytes * Self.decay + Double(bytes)
    self.seconds = self.seconds * Self.decay + seconds
  }
}
