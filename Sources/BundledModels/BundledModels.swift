public import Foundation

/// The models that come with the package.
public enum BundledModels {
  /// Finds the pair: in the folder that the environment variable `SPECDECODE_MODELS` names, or
  /// else beside the program, in its installation, or among the resources of the application.
  ///
  /// A few look-ups in the file system; no model is read.
  ///
  /// - Throws: `BundledModelsError`, which names the places that were looked at.
  public static func pair() throws(BundledModelsError) -> BundledPair {
    try ModelsLookup.current.pair()
  }
}

/// Where a drafter and the verifier it was trained for lie.
public struct BundledPair: Sendable, Equatable {
  /// The checkpoint of the drafter, its tokenizer included.
  public let drafter: URL

  /// The checkpoint of the verifier.
  public let verifier: URL

  package init(folder: URL) {
    drafter = folder.appending(path: "drafter", directoryHint: .isDirectory)
    verifier = folder.appending(path: "verifier", directoryHint: .isDirectory)
  }
}
