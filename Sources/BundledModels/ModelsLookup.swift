package import Foundation

/// The places where the bundled models may lie, in the order in which they are tried.
///
/// The look-up is the package's own: `Bundle.module` ends the program when the resource folder is
/// missing, and knows the place of an installed copy only if it is the build folder.
package struct ModelsLookup: Sendable, Equatable {
  /// The folder that `SPECDECODE_MODELS` names; nil when it is not set or empty.
  package let chosenFolder: URL?

  /// The folders to try when none is chosen.
  package let folders: [URL]

  /// Where the package manager puts the resources, from the folder of the program.
  package static var resourceNames: [String] {
    #if canImport(Darwin)
      [
        "specdecode_BundledModels.bundle/Models",
        "specdecode_BundledModels.bundle/Contents/Resources/Models",
      ]
    #else
      ["specdecode_BundledModels.resources/Models"]
    #endif
  }

  /// A look-up from what a process knows of itself.
  ///
  /// - Parameters:
  ///   - environment: the process's environment variables.
  ///   - executable: the program; a symbolic link to it will do.
  ///   - bundles: folders of an application or a test bundle that may hold the resource folder.
  package init(environment: [String: String], executable: URL?, bundles: [URL]) {
    chosenFolder = environment["SPECDECODE_MODELS"].flatMap { path in
      path.isEmpty ? nil : URL(filePath: path, directoryHint: .isDirectory)
    }
    let program = executable?.resolvingSymlinksInPath().deletingLastPathComponent()
    var folders = program.map(Self.resources) ?? []
    if let program {
      folders.append(program.appending(path: "../share/specdecode/Models").standardized)
    }
    for folder in bundles.flatMap(Self.resources) where !folders.contains(folder) {
      folders.append(folder)
    }
    self.folders = folders
  }

  /// The look-up of this process.
  package static var current: ModelsLookup {
    let own = Bundle(for: Anchor.self)
    let bundles = [
      Bundle.main.resourceURL, own.resourceURL, own.bundleURL,
      own.bundleURL.deletingLastPathComponent(),
    ]
    return ModelsLookup(
      environment: ProcessInfo.processInfo.environment, executable: Bundle.main.executableURL,
      bundles: bundles.compactMap { $0?.resolvingSymlinksInPath() })
  }

  /// The first place that has both models.
  package func pair() throws(BundledModelsError) -> BundledPair {
    if let chosenFolder {
      if let missing = Self.missingModel(in: chosenFolder) {
        throw .wrongFolder(path: Self.path(of: chosenFolder), missing: missing)
      }
      return BundledPair(folder: chosenFolder)
    }
    for folder in folders where Self.missingModel(in: folder) == nil {
      return BundledPair(folder: folder)
    }
    throw .notFound(places: folders.map(Self.path))
  }

  private static func resources(in folder: URL) -> [URL] {
    resourceNames.map { folder.appending(path: $0).standardized }
  }

  private static func missingModel(in folder: URL) -> String? {
    ["drafter/config.json", "verifier/config.json"].first { name in
      !FileManager.default.fileExists(atPath: path(of: folder.appending(path: name)))
    }
  }

  private static func path(of url: URL) -> String {
    url.path(percentEncoded: false)
  }
}

/// Stands for the bundle that this module was linked into.
private final class Anchor {}
