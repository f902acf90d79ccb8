/// Why the models that come with the package were not found.
public enum BundledModelsError: Error, Equatable, Sendable {
  /// `SPECDECODE_MODELS` names a folder that lacks a model. It is not passed over for another
  /// place: the models in use would not be those that were asked for.
  case wrongFolder(path: String, missing: String)

  /// None of the places has both models.
  case notFound(places: [String])
}

extension BundledModelsError: CustomStringConvertible {
  /// What was looked for, where, and what to do about it.
  public var description: String {
    switch self {
    case .wrongFolder(let path, let missing):
      "SPECDECODE_MODELS is \(path), which has no \(missing); set it to a folder that holds "
        + "drafter/ and verifier/, or unset it to use the bundled models"
    case .notFound(let places):
      "the bundled models were not found; looked for drafter/ and verifier/ in\n"
        + places.map { "  \($0)\n" }.joined()
        + "give the models with --verifier DIR and --drafter DIR, or set SPECDECODE_MODELS to a "
        + "folder that holds drafter/ and verifier/"
    }
  }
}
