/// Something that models and rules are held to on the user's own machine.
package protocol SelfCheck {
  /// A word for it.
  var name: String { get }

  /// What holds when it passes.
  var title: String { get }

  /// What to do when it does not.
  var remedy: String { get }

  /// Compares, and tells the record what it finds.
  ///
  /// - Throws: `DecodingError`, which counts as a failure; what the record's listener throws; what
  ///   else keeps the check from being made.
  func run(_ record: CheckRecord) throws
}
