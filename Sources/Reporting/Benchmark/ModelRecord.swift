/// A model that took part in a benchmark.
package struct ModelRecord: Sendable, Equatable, Codable {
  /// A short name: the last part of its path, made distinct.
  package var name: String
  /// Its folder.
  package var path: String
  /// SHA-256 of its weights, as `specdecode inspect` prints it.
  package var fingerprint: String
  /// Memory that the weights take as packed.
  package var weightBytes: Int

  /// Describes a model.
  package init(name: String, path: String, fingerprint: String, weightBytes: Int) {
    self.name = name
    self.path = path
    self.fingerprint = fingerprint
    self.weightBytes = weightBytes
  }

  private enum CodingKeys: String, CodingKey {
    case name, path, fingerprint
    case weightBytes = "weight_bytes"
  }
}
