/// A value of `config.json` that the weights contradict; the model is what the weights say.
///
/// Public checkpoints are known to carry the configuration of another model.
package struct ConfigurationWarning: Sendable, Hashable, CustomStringConvertible {
  /// The path of `config.json`.
  package let file: String
  /// The field.
  package let field: String
  /// What it says.
  package let declared: String
  /// What the tensors say.
  package let found: String

  /// One sentence for a person.
  package var description: String {
    "\(file): \(field) is \(declared), but by the tensors it is \(found); the tensors are used"
  }
}
