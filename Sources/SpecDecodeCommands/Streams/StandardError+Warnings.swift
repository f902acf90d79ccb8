import Mamba

extension StandardError {
  /// Says once each where checkpoints contradict themselves.
  static func write(_ warnings: [ConfigurationWarning]) {
    var seen: Set<ConfigurationWarning> = []
    for warning in warnings where seen.insert(warning).inserted {
      say("specdecode: warning: \(warning)\n")
    }
  }
}
