/// Something that models and rules are held to on the user's own machine.
package struct SelfCheck {
  /// A word for it.
  package let name: String

  /// What holds when it passes.
  package let title: String

  /// What to do when it does not.
  package let remedy: String

  /// Compares, and tells the record what it finds. Throws `DecodingError`, which counts as a failure;
  /// what the record's listener throws; what else keeps the check from being made.
  let run: (CheckRecord) throws -> Void
}
