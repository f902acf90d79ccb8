/// Keeps the resamples of each number of units, which many statistics share.
struct BootstrapStore {
  private let seed: UInt64
  private let resamples: Int
  private var bootstraps: [Int: Bootstrap] = [:]

  init(seed: UInt64, resamples: Int) {
    self.seed = seed
    self.resamples = resamples
  }

  mutating func bootstrap(unitCount: Int) -> Bootstrap {
    if let bootstrap = bootstraps[unitCount] { return bootstrap }
    let bootstrap = Bootstrap(unitCount: unitCount, seed: seed, resamples: resamples)
    bootstraps[unitCount] = bootstrap
    return bootstrap
  }
}
